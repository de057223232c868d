/**
 * A restore: a backup, into an empty database.
 *
 * The file is read to its end and found whole before anything is written; then it is read again and loaded in one
 * transaction, at the level of migrations that it was made at. The store stays shut until it has ended again what was
 * ended since (`finish.ts`).
 *
 * Invariant: a file that is cut, flipped, foreign or of other keys, and one older than the horizon, changes nothing.
 * Invariant: no ledger is continued that is known to have been longer. Whoever accepts the loss begins another one.
 */

import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { type Copying, inOneLoad, type Table, tablesOf } from '../base/copy.ts'
import { sql } from '../base/database.ts'
import { check, Fault } from '../base/failure.ts'
import { migrate, readMigrations } from '../base/migrations.ts'
import { openSecret } from '../privacy/keys.ts'
import { type LookUpsInBackup, lookUpsInBackup } from '../privacy/look-ups-in-backup.ts'
import { adoptGenerations, checkGenerations } from '../privacy/restored-keys.ts'
import { openFile } from '../privacy/sealed-file.ts'
import { type Manifest, type Member, readArchive, skip } from './_archive.ts'
import { checkHorizon, type Loss, lossOf } from './_fit.ts'
import { skipNumbers } from './_sequences.ts'
import { BACKUP_SECRET, type Installation, PICTURE, type Progress } from './backup.ts'
import { BEGIN_RESTORE, checkEmpty, markLoaded } from './unfinished.ts'

export type Restoring = Installation & {
  readonly migrationsFolder: string
  readonly horizonDays: number
  /** Makes the tables of the jobs. */
  readonly prepareJobs: () => Promise<void>
}

export type RestoreOptions = Loss & { readonly progress?: Progress }

export type RestoreReport = {
  readonly madeAt: string
  readonly tables: number
  readonly pictures: number
  /** Entries of the ledger that are known to be lost; null when that is not known. */
  readonly entriesLost: number | null
  /** Whether the ledger begins anew, under another name. */
  readonly anew: boolean
}

/** @throws {Fault} `conflict`, `forged`, `storage`, `not_found`: nothing was changed, or the store does not open. */
export async function restore(
  restoring: Restoring,
  file: string,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { database, root, keysFolder, picturesFolder, clock } = restoring
  const { progress = () => undefined } = options
  await checkEmpty(database)
  const found = await stat(file).catch((cause) => {
    throw new Fault('not_found', `There is no file ${file}`, { cause })
  })
  if (!found.isFile()) {
    throw new Fault('invalid', `${file} is no file`, { remedy: 'Name the file of the backup' })
  }
  const { size } = found
  const secret = await openSecret(root, keysFolder, BACKUP_SECRET)
  const read = (begin: number, visit: Parameters<typeof readArchive>[1]) =>
    readFile(file, secret, visit, (done) => progress(begin + done, 2 * size))
  const { manifest, counts } = await verified((visit) => read(0, visit))
  await checkFits(restoring, manifest)
  const lost = await lossOf(restoring, manifest.ledger, options)
  const anew = lost !== 0
  await database.script(BEGIN_RESTORE)
  const level = manifest.migrations.map(({ name }) => name)
  await migrate(database, restoring.migrationsFolder, level)
  await restoring.prepareJobs()
  const tables = await tablesOf(database)
  const lookUps = lookUpsInBackup(root, keysFolder)
  await inOneLoad(restoring.url, async (on) => {
    await prepare(on, manifest, tables)
    await read(size, {
      manifest: async ({ id }) => check(id === manifest.id, 'The file was exchanged meanwhile'),
      member: (member, bytes) => takeIn(on, { picturesFolder, tables, lookUps }, member, bytes),
    })
    await skipNumbers(on, manifest.sequences, lost)
    for (const name of emptied(tables)) await on.script(`alter table ${name} enable trigger user`)
    await adoptGenerations(on, root, keysFolder, clock())
    const madeAt = Temporal.Instant.from(manifest.madeAt)
    await markLoaded(on, { madeAt, loadedAt: clock(), anew })
  })
  progress(1, 1)
  return { madeAt: manifest.madeAt, ...counts, entriesLost: lost, anew }
}

async function readFile(
  file: string,
  secret: Buffer,
  visit: Parameters<typeof readArchive>[1],
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0
  await pipeline(
    createReadStream(file),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const bytes of source) {
        done += bytes.length
        onBytes(done)
        yield bytes
      }
    },
    (source: AsyncIterable<Buffer>) => openFile(secret, source),
    createZstdDecompress(),
    (plain: AsyncIterable<Buffer>) => readArchive(plain, visit),
  )
}

/** Reads the file to its end, and nothing more. */
async function verified(read: (visit: Parameters<typeof readArchive>[1]) => Promise<void>) {
  const counts = { tables: 0, pictures: 0 }
  let manifest: Manifest | undefined
  await read({
    manifest: async (found) => {
      manifest = found
    },
    async member({ kind }, bytes) {
      if (kind === 'table') counts.tables += 1
      if (kind === 'picture') counts.pictures += 1
      await skip(bytes)
    },
  })
  check(manifest !== undefined, 'A backup that was read must have its manifest')
  return { manifest, counts }
}

/** Whether this program, these keys and this day fit the backup. */
async function checkFits(restoring: Restoring, manifest: Manifest): Promise<void> {
  const { root, keysFolder, clock, horizonDays, endings } = restoring
  const own = await readMigrations(restoring.migrationsFolder)
  const digests = new Map(own.map(({ name, digest }) => [name, digest]))
  if (manifest.migrations.some(({ name, digest }) => digests.get(name) !== digest)) {
    throw new Fault('conflict', 'This backup was made by a newer Tacet, or by a changed one', {
      remedy: 'Restore it with the version that made it',
    })
  }
  checkHorizon(Temporal.Instant.from(manifest.madeAt), clock(), horizonDays)
  await checkGenerations(root, keysFolder, manifest.generations)
  const all = await endings.all()
  if (all.some(({ what, id }) => what === 'backup' && id === manifest.id)) return
  throw new Fault('conflict', 'The keys folder does not know this backup (C3.1)', {
    remedy:
      'Put back a copy of the keys folder from after the backup, or restore an earlier backup: ' +
      'what was erased since can only be known from there',
  })
}

async function prepare(on: Copying, manifest: Manifest, tables: readonly Table[]): Promise<void> {
  const { first, count } = manifest.months
  await on.run(sql`call make_partitions(${first}::date, ${count}::integer)`)
  await on.script(`truncate ${emptied(tables).join(', ')}`)
  for (const name of emptied(tables)) await on.script(`alter table ${name} disable trigger user`)
  await on.script(`create temporary table restored_job
    (task text, payload text, run_at timestamptz, max_attempts integer) on commit drop`)
}

function emptied(tables: readonly Table[]): readonly string[] {
  return tables
    .map(({ name }) => name)
    .filter((name) => name !== 'migration' && name !== 'unfinished_restore')
}

type Taking = {
  readonly picturesFolder: string
  readonly tables: readonly Table[]
  readonly lookUps: LookUpsInBackup
}

async function takeIn(
  on: Copying,
  { picturesFolder, tables, lookUps }: Taking,
  member: Member,
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  if (member.kind === 'picture') return putPicture(picturesFolder, member.name, bytes)
  if (member.kind === 'jobs') {
    const columns = ['task', 'payload', 'run_at', 'max_attempts']
    await on.load({ name: 'restored_job', columns }, bytes)
    await on.run(sql`
      select graphile_worker.add_job(task, payload::json, run_at => run_at,
        max_attempts => max_attempts) from restored_job`)
    return
  }
  const table = tables.find(({ name }) => name === member.name)
  check(table !== undefined, `A backup must not hold a table that is not there: ${member.name}`)
  check(
    member.columns.every((column) => table.columns.includes(column)),
    `A backup must not hold columns that are not there: ${member.name}`,
  )
  await on.load({ name: table.name, columns: member.columns }, lookUps.unpacked(member, bytes))
}

async function putPicture(
  folder: string,
  name: string,
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  check(PICTURE.test(name), 'A picture must not lie elsewhere')
  await mkdir(folder, { recursive: true })
  const half = join(folder, `${name}.new`)
  const handle = await open(half, 'w')
  try {
    for await (const piece of bytes) await handle.appendFile(piece)
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(half, join(folder, name))
}
