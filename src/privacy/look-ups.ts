/**
 * How somebody is found: by the look-up value of an e-mail address, a phone number, a last name or a postal code.
 *
 * Invariant: whoever has ended is found by nothing.
 * Invariant: who is found does not depend on the generation by which their look-up values are covered at the moment.
 */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Covered } from './_covers.ts'
import { foundBy } from './_look-ups.ts'
import { type LookUpField, normalised } from './_normalised.ts'
import { type Keys, learnOf } from './keys.ts'
import type { Personal } from './personal.ts'
import type { Vault } from './vault.ts'

/** The subjects whose look-up value of a field is this, newest first, at most `limit`. */
export async function findSubjects(
  { keys }: Vault,
  on: Queries,
  field: LookUpField,
  value: string,
  limit: number,
): Promise<readonly Id[]> {
  const known = normalised(field, value)
  if (known === '') return []
  return subjectsBy(keys, on, keys.lookUp(field, known), [field], limit)
}

/** The look-up value of the e-mail address of an order or an account, or undefined when it has ended. */
export async function emailDigest(
  { keys }: Vault,
  on: Queries,
  subject: Id,
): Promise<Buffer | undefined> {
  const row = await on.first<Covered>(sql`
    select generation, covered from living_look_up where subject = ${subject} and field = 'email'`)
  if (row === undefined) return undefined
  await learnOf(keys, on, [row])
  return keys.uncover(row)
}

/** Those of the subjects that have not ended, by the mailbox that they belong to. */
export async function byMailbox(
  { keys }: Vault,
  on: Queries,
  subjects: readonly Id[],
): Promise<readonly (readonly Id[])[]> {
  const rows = await on.many<Covered & { readonly subject: Id }>(sql`
    select subject, generation, covered from living_look_up
    where subject = any(${subjects}::uuid[]) and field = 'email' order by subject`)
  await learnOf(keys, on, rows)
  const groups = Map.groupBy(rows, (row) => keys.uncover(row).toString('hex'))
  return [...groups.values()].map((some) => some.map(({ subject }) => subject))
}

/** The look-up value of an e-mail address that somebody typed. */
export function emailLookUp({ keys }: Vault, email: Personal<'email'>): Buffer {
  return keys.lookUp('email', normalised('email', email.reveal()))
}

/** Every subject with this look-up value of an e-mail address, newest first. */
export async function subjectsOfEmail(
  { keys }: Vault,
  on: Queries,
  digest: Buffer,
): Promise<readonly Id[]> {
  return subjectsBy(keys, on, digest, ['email'], null)
}

/** Whom a sign-in may mean by an address: also who has it no more, but for a restore. Those who have it come first. */
export async function subjectsBySignIn(
  { keys }: Vault,
  on: Queries,
  digest: Buffer,
): Promise<readonly Id[]> {
  return subjectsBy(keys, on, digest, ['email', 'formerEmail'], null)
}

async function subjectsBy(
  keys: Keys,
  on: Queries,
  digest: Buffer,
  fields: readonly string[],
  limit: number | null,
): Promise<readonly Id[]> {
  const rows = await foundBy<{ subject: Id }>(
    keys,
    on,
    digest,
    (covers) => sql`
      select subject from living_look_up
      where covered = any(${covers}::bytea[]) and field = any(${fields})
      order by array_position(${fields}, field), subject desc limit ${limit}`,
  )
  return rows.map(({ subject }) => subject)
}
