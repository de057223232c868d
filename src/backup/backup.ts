/**
 * A backup: the whole database as it is at one moment, and the pictures, in one sealed file. The store may run
 * meanwhile.
 *
 * What is sealed in the database stays sealed in it, and look-up values are sealed as well. The generation keys do not
 * go along: a copy of them would bring back what was erased (C3.1, decision 0014). Nor do open sessions: who had ended
 * one would find it open again.
 *
 * Invariant: under the name that was asked for there is a whole file that is on the disk for good, or none.
 * Invariant: before the snapshot is taken, the list of endings has the backup's id: what ends after it is on the list.
 */

import { createReadStream, rmSync } from 'node:fs'
import { access, open, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import type { Clock } from '../base/clock.ts'
import { type Copying, inSnapshot, type Table, tablesOf } from '../base/copy.ts'
import { type Database, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import type { Endings } from '../privacy/endings.ts'
import { alone, makeSecret, openSecret, type RootKey } from '../privacy/keys.ts'
import { lookUpsInBackup } from '../privacy/look-ups-in-backup.ts'
import { usedGenerations } from '../privacy/restored-keys.ts'
import { sealFile } from '../privacy/sealed-file.ts'
import { latestNote, recordedKey } from '../privacy/sequencer.ts'
import { type Manifest, type Packed, writeArchive } from './_archive.ts'
import { sequencesOf } from './_sequences.ts'

/** An installation, as far as backup and restore touch it. */
export type Installation = {
  readonly database: Database
  /** The same database, for connections of their own. */
  readonly url: string
  readonly root: RootKey
  readonly keysFolder: string
  readonly picturesFolder: string
  readonly endings: Endings
  readonly clock: Clock
}

export type BackupReport = {
  readonly id: Id
  readonly madeAt: string
  readonly bytes: number
  readonly tables: number
  readonly pictures: number
}

/** Told how much is done, of how much: in bytes, as far as they can be known beforehand. */
export type Progress = (done: number, of: number) => void

/** The secret in the keys folder under which backups are sealed. */
export const BACKUP_SECRET = 'backup'

/** Files of pictures: named by their content, so a name is one picture for ever. */
export const PICTURE = /^[\w-]+\.[a-z]+$/

/** Their rows stay behind: what the migrations have written, and sessions with the attempts to begin one. */
const LEFT_OUT = /^migration$|_session$|^sign_in_attempt$/
/** Jobs as they were enqueued; timed work comes again by itself. */
const JOBS = `
  select t.identifier, j.payload::text, j.run_at, j.max_attempts
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where j.attempts < j.max_attempts and not j.payload::jsonb ? '_cron'`

/**
 * Makes a backup of an open store.
 *
 * @throws {Fault} `conflict` when there is such a file, `storage` when it cannot be written, `not_found` without store.
 */
export async function makeBackup(
  installation: Installation,
  file: string,
  progress: Progress = () => undefined,
): Promise<BackupReport> {
  const { database, root, keysFolder, endings, clock } = installation
  await checkFree(file)
  if ((await recordedKey(database)) === undefined) throw notBegun()
  await alone(database, () => makeSecret(root, keysFolder, BACKUP_SECRET))
  const secret = await openSecret(root, keysFolder, BACKUP_SECRET)
  const madeAt = clock()
  const id = newId(madeAt)
  await endings.note('backup', [id])
  const tables = (await tablesOf(database)).filter(({ name }) => !LEFT_OUT.test(name))
  const files = await readdir(installation.picturesFolder).catch(() => [])
  const pictures = files.filter((name) => PICTURE.test(name))
  const bytes = await writeWhole(file, (write) =>
    inSnapshot(installation.url, tables, async (on) => {
      const manifest = { id, madeAt: madeAt.toString(), ...(await described(on)) }
      const weights = await weightsOf(on)
      const members = membersOf(installation, on, { tables, pictures, weights, progress })
      await write(sealFile(secret, compressed(writeArchive(manifest, members))))
    }),
  )
  await database.run(sql`
    insert into backup (id, made_at, bytes) values (${id}, ${madeAt}, ${bytes})`)
  return {
    ...{ id, madeAt: madeAt.toString(), bytes },
    ...{ tables: tables.length, pictures: pictures.length },
  }
}

async function described(on: Copying): Promise<Omit<Manifest, 'id' | 'madeAt'>> {
  const migrations = await on.many<{ name: string; digest: string }>(
    sql`select name, digest from migration order by name`,
  )
  const months = await on.one<{ first: string; count: number }>(sql`
    select min(replace(right(c.relname, 7), '_', '-')) || '-01' as first,
      count(distinct right(c.relname, 7)) as count
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ledger_entry'::regclass`)
  const sequences = await sequencesOf(on)
  const generations = await usedGenerations(on)
  const key = (await recordedKey(on)) ?? ''
  const { note: checkpoint } = await latestNote(on)
  return { migrations, months, sequences, generations, ledger: { key, checkpoint } }
}

type Contents = {
  readonly tables: readonly Table[]
  readonly pictures: readonly string[]
  readonly weights: ReadonlyMap<string, number>
  readonly progress: Progress
}

/** Pictures first: a restore has them when it has the rows. */
async function* membersOf(
  { picturesFolder, root, keysFolder }: Installation,
  on: Copying,
  { tables, pictures, weights, progress }: Contents,
): AsyncGenerator<Packed> {
  const lookUps = lookUpsInBackup(root, keysFolder)
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, pictures.length)
  let done = 0
  for (const name of pictures) {
    const bytes = createReadStream(join(picturesFolder, name))
    yield { member: { kind: 'picture', name }, bytes }
    done += 1
  }
  for (const table of tables) {
    const weight = weights.get(table.name) ?? 0
    const before = done
    const onBytes = (count: number) => progress(before + Math.min(count, weight), all)
    const bytes = lookUps.packed(table, on.rows(table))
    yield { member: { kind: 'table', ...table }, bytes, onBytes }
    done += weight
  }
  yield { member: { kind: 'jobs' }, bytes: on.found(JOBS) }
  progress(all, all)
}

async function weightsOf(on: Copying): Promise<ReadonlyMap<string, number>> {
  const rows = await on.many<{ name: string; bytes: number }>(sql`
    select quote_ident(c.relname) as name,
      (select coalesce(sum(pg_table_size(relid)), pg_table_size(c.oid))::bigint
        from pg_partition_tree(c.oid)) as bytes
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition`)
  return new Map(rows.map(({ name, bytes }) => [name, bytes]))
}

/** The streams end each other: a failure of one is that of all. */
async function* compressed(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const compress = createZstdCompress()
  const fed = pipeline(plain, compress)
  fed.catch(() => undefined)
  for await (const bytes of compress) yield bytes
  await fed
}

/** Writes beside the name, and renames what is whole and on the disk. Gives its size. */
async function writeWhole(
  file: string,
  fill: (write: (bytes: AsyncIterable<Buffer>) => Promise<void>) => Promise<void>,
): Promise<number> {
  const part = `${file}.${process.pid}.part`
  const forget = () => rmSync(part, { force: true })
  process.once('exit', forget)
  try {
    const handle = await open(part, 'wx', 0o600)
    let size = 0
    try {
      await fill(async (source) => {
        for await (const bytes of source) {
          await handle.appendFile(bytes)
          size += bytes.length
        }
      })
      await handle.sync()
    } finally {
      await handle.close()
    }
    await checkFree(file)
    await rename(part, file)
    const folder = await open(dirname(file), 'r')
    await folder.sync().finally(() => folder.close())
    return size
  } catch (error) {
    forget()
    throw unwritten(file, error)
  } finally {
    process.removeListener('exit', forget)
  }
}

async function checkFree(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  throw new Fault('conflict', `There is a file of this name already: ${file}`, {
    remedy: 'Name one that is not there: a backup is never overwritten',
  })
}

function unwritten(file: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (/^(ENOSPC|EDQUOT|EFBIG)$/.test(code)) {
    return new Fault('storage', `The disk is full: no backup was written to ${file}`, {
      remedy: 'Make room on it, or name a file on another disk',
      cause,
    })
  }
  if (!/^(ENOENT|EACCES|EPERM|EROFS|ENOTDIR|EISDIR|EIO)$/.test(code)) return cause
  return new Fault('storage', `The backup cannot be written: ${file} (${code})`, {
    remedy: 'Look whether its folder is there and may be written',
    cause,
  })
}

function notBegun(): Fault {
  return new Fault('not_found', 'There is nothing to back up: this store was never opened', {
    remedy: 'Run `npm start` once',
  })
}
