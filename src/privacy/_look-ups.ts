/** The look-up values (blind index) that a personal value has, and how somebody is found by one. */

import { type Queries, type Query, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Covered } from './_covers.ts'
import { type LookUpField, normalised } from './_normalised.ts'
import type { Keys } from './keys.ts'
import type { Personal } from './personal.ts'
import type { PersonalField } from './table.ts'

const INDEXED: readonly LookUpField[] = [
  'email',
  'phone',
  'lastName',
  'postalCode',
  'passkeyCredential',
]

/** As they are stored. */
export function lookUps(
  keys: Keys,
  personal: Personal,
): readonly (Covered & { readonly field: LookUpField })[] {
  const value = personal.reveal()
  const text = typeof value === 'string' ? value : 'postalCode' in value ? value.postalCode : ''
  const field = INDEXED.find((name) => name === personal.field || isPostalCode(name, personal))
  if (field === undefined) return []
  const known = normalised(field, text)
  return known === '' ? [] : [{ field, ...keys.cover(keys.lookUp(field, known)) }]
}

function isPostalCode(name: LookUpField, personal: Personal): boolean {
  return name === 'postalCode' && personal.field === 'postalAddress'
}

export async function addLookUps(
  keys: Keys,
  tx: Transaction,
  subject: Id,
  values: readonly Personal[],
): Promise<void> {
  const index = values.flatMap((personal) => lookUps(keys, personal))
  await tx.run(sql`
    insert into blind_index (subject, field, generation, covered)
    select ${subject}, field, generation, covered
    from unnest(${index.map(({ field }) => field)}::text[],
      ${index.map(({ generation }) => generation)}::int[],
      ${index.map(({ covered }) => covered)}::bytea[]) as look_up (field, generation, covered)`)
}

/** In place of those that a subject has of some fields. */
export async function renewLookUps(
  keys: Keys,
  tx: Transaction,
  subject: Id,
  fields: readonly PersonalField[],
  values: readonly Personal[],
): Promise<void> {
  const old = fields.map((field) => (field === 'postalAddress' ? 'postalCode' : field))
  await tx.run(sql`
    delete from blind_index where subject = ${subject} and field = any(${old}::text[])`)
  await addLookUps(keys, tx, subject, values)
}

/**
 * What is found by a look-up value, as each generation that was not destroyed would have covered it: nearly all of them
 * have ended, and cover only what a process has written that had not heard of the next one.
 *
 * Another process may have turned the generation meanwhile. Whatever is covered by a generation was written after that
 * was made: where the newest one after the search was known before it, nothing was overlooked.
 */
export async function foundBy<Row>(
  keys: Keys,
  on: Queries,
  digest: Buffer,
  search: (covers: readonly Buffer[]) => Query,
): Promise<readonly Row[]> {
  for (;;) {
    const known = keys.present()
    const rows = await on.many<Row>(search(keys.covers(digest)))
    // One that a restore did not find in the folder is no generation to be learnt.
    const { newest } = await on.one<{ newest: number }>(
      sql`select max(number) as newest from generation where destroyed_at is null`,
    )
    if (newest <= known) return rows
    await keys.learn(on)
  }
}
