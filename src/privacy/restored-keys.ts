/**
 * The generation keys of a database that was put back: it is older than the keys folder, which has gone on meanwhile.
 *
 * A generation that was made after the backup is taken over with the age of its file, so that it is destroyed when it
 * was promised to be; one that was destroyed since, and that the backup does not use, is destroyed there too.
 */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { checkValue, openSecret, type RootKey } from './keys.ts'

/** A generation that wraps data keys of a backup, or covers look-up values. */
export type UsedGeneration = { readonly number: number; readonly checkValue: string }

/** Those of a snapshot. */
export async function usedGenerations(tx: Transaction): Promise<readonly UsedGeneration[]> {
  return tx.many(sql`
    select number, encode(check_value, 'hex') as "checkValue" from generation
    where number in (select generation from used_generation) order by number`)
}

/** @throws {Fault} `storage` when the folder lacks one of them, or has another under its number. */
export async function checkGenerations(
  root: RootKey,
  folder: string,
  used: readonly UsedGeneration[],
): Promise<void> {
  const here = await numbersIn(folder)
  for (const { number, checkValue: expected } of used) {
    if (!here.includes(number)) {
      throw new Fault('storage', `The key of generation ${number} is not in the keys folder`, {
        remedy:
          'Put back the newest copy of the keys folder; a key that was destroyed when its time was over ' +
          'never comes back, and a backup that needs it cannot be read by anybody',
      })
    }
    const key = await openSecret(root, folder, `generation-${number}`)
    if (checkValue(number, key).toString('hex') === expected) continue
    throw new Fault('storage', `The key of generation ${number} is that of another store`, {
      remedy: 'Put back the keys folder that belongs to the backup',
    })
  }
}

/** Brings the database's generations up to the folder's. */
export async function adoptGenerations(
  tx: Transaction,
  root: RootKey,
  folder: string,
  at: Temporal.Instant,
): Promise<void> {
  const here = await numbersIn(folder)
  await tx.run(sql`
    update generation set ended_at = coalesce(ended_at, ${at}), destroyed_at = ${at}
    where destroyed_at is null and number <> all(${here}::int[])`)
  const known = await tx.many<{ number: number }>(sql`select number from generation`)
  for (const number of here.filter((one) => !known.some((row) => row.number === one))) {
    const { mtimeMs } = await stat(join(folder, `generation-${number}.key`))
    const value = checkValue(number, await openSecret(root, folder, `generation-${number}`))
    await tx.run(sql`
      insert into generation (number, created_at, check_value)
      values (${number}, ${Temporal.Instant.fromEpochMilliseconds(Math.floor(mtimeMs))}, ${value})`)
  }
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .map((name) => Number(/^generation-(\d+)\.key$/.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => Number.isSafeInteger(number))
    .sort((a, b) => a - b)
}
