/**
 * Somebody with a copy of the database or a backup, the keys folder as it is today, and the root key: what they can
 * tell of look-up values by trying all that there may be.
 */

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { BACKUP_SECRET } from '../../src/backup/backup.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Keys, openKeys, openSecret } from '../../src/privacy/keys.ts'
import { lookUpsInBackup } from '../../src/privacy/look-ups-in-backup.ts'
import { openFile } from '../../src/privacy/sealed-file.ts'
import type { TestStore } from './store.ts'

/** Fields with values, spelled as they are before a look-up value is made of them. */
export type Tried = readonly (readonly [string, string])[]

/** All keys that the store still has, opened with its root key. */
export function keysLeft({ generations, database }: TestStore): Promise<Keys> {
  return openKeys(database, generations.root, generations.folder, systemClock)
}

/** Which of the values that they try are among the look-up values of a copy, by any key that is left. */
export async function toldBy(
  store: TestStore,
  copied: readonly Buffer[],
  tried: Tried,
): Promise<readonly string[]> {
  const keys = await keysLeft(store)
  const there = new Set(copied.map((value) => value.toString('hex')))
  return tried
    .filter(([field, value]) => {
      const digest = keys.lookUp(field, value)
      return [digest, ...keys.covers(digest)].some((one) => there.has(one.toString('hex')))
    })
    .map(([, value]) => value)
}

const TABLE = { name: 'blind_index', columns: ['subject', 'field', 'covered', 'generation'] }
const ROW = /[\da-f-]{36}\t[a-zA-Z]+\t\\\\x([\da-f]+)\t\d+$/gm

/** The rows of a backup with look-up values, as it has them. */
export async function packedIn({ generations }: TestStore, file: string): Promise<string> {
  const secret = await openSecret(generations.root, generations.folder, BACKUP_SECRET)
  let text = ''
  await pipeline(
    createReadStream(file),
    (source: AsyncIterable<Buffer>) => openFile(secret, source),
    createZstdDecompress(),
    async (plain: AsyncIterable<Buffer>) => {
      for await (const bytes of plain) text += bytes.toString('latin1')
    },
  )
  return [...text.matchAll(ROW)].map(([row]) => `${row}\n`).join('')
}

/** The look-up values in such rows. */
export function valuesIn(rows: string): readonly Buffer[] {
  return [...rows.matchAll(ROW)].map(([, hex = '']) => Buffer.from(hex, 'hex'))
}

/** The rows as the database had them. */
export async function unpacked({ generations }: TestStore, rows: string): Promise<string> {
  const { root, folder } = generations
  const pieces = Readable.from([Buffer.from(rows, 'latin1')])
  const opened = lookUpsInBackup(root, folder).unpacked(TABLE, pieces)
  return Buffer.concat(await Array.fromAsync(opened)).toString('latin1')
}
