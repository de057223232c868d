/**
 * The vault: the only place where values about a person lie, sealed field by field.
 *
 * A record is the sealed fields of one kind about one subject (an order, a person with an account), under a data key.
 * Each field is sealed with its record and name as associated data, padded to 32 bytes so that its length says little
 * (ISO/IEC 7816-4).
 *
 * Invariant: destroying a data key ends every value under it, in every table and copy.
 * Invariant: a sealed field opens in its own record, under its own name, and nowhere else.
 */

import { type Queries, type Query, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { lookUps, renewLookUps } from './_look-ups.ts'
import {
  afterLeaving,
  openable,
  type StoredKey,
  storedKeys,
  takeOut,
  unwrapStored,
} from './_mailbox-key.ts'
import { type PeriodKeys, periodKey } from './_period-key.ts'
import { openField, type RecordKind, sealFields } from './_sealed-fields.ts'
import type { Endings } from './endings.ts'
import type { Keys } from './keys.ts'
import { Personal } from './personal.ts'
import { policy } from './policy.ts'
import type { KeyKind, PersonalField, PersonalValues } from './table.ts'

/** The opened values of a subject: those that the caller asked for and that are held. */
export type Held = { readonly [F in PersonalField]?: PersonalValues[F] }

type SealedRow = Omit<StoredKey, 'id' | 'kind' | 'by'> & {
  readonly mailbox: Id | null
  readonly kind: RecordKind
  readonly names: readonly PersonalField[]
  readonly sealed: readonly Buffer[]
  readonly keyId: Id
  readonly keyKind: KeyKind
}

type OpenableRow = SealedRow & Pick<StoredKey, 'by'>

export type Vault = {
  readonly keys: Keys
  /** Where a key's end is noted before it ends. */
  readonly endings: Endings
  readonly periodKeys: PeriodKeys
}

export function openVault(keys: Keys, endings: Endings): Vault {
  return { keys, endings, periodKeys: new Map() }
}

/** Makes a new order's key and seals its contact under it, with the look-up values. */
export async function sealContact(
  { keys }: Vault,
  tx: Transaction,
  subject: Id,
  contact: readonly Personal[],
): Promise<void> {
  await sealFirst(keys, tx, { subject, key: 'order', kind: 'contact' }, contact)
}

/** Makes a new person's key and seals the address of their account under it: they are found by it alone. */
export async function sealAccount(
  { keys }: Vault,
  tx: Transaction,
  subject: Id,
  email: Personal<'email'>,
): Promise<void> {
  await sealFirst(keys, tx, { subject, key: 'person', kind: 'account' }, [email])
}

type First = {
  readonly subject: Id
  readonly key: 'order' | 'person'
  readonly kind: 'contact' | 'account'
}

/** A subject's key, its first record and its look-up values: one statement in the caller's transaction. */
async function sealFirst(
  keys: Keys,
  tx: Transaction,
  { subject, key: keyKind, kind }: First,
  values: readonly Personal[],
): Promise<void> {
  const { key, wrapped } = keys.newDataKey(keyKind, subject)
  const { names, sealed } = sealFields(key, subject, kind, values)
  const index = values.flatMap((personal) => lookUps(keys, personal))
  await tx.run(sql`
    with key as (
      insert into data_key (id, kind, generation, wrapped)
      values (${subject}, ${keyKind}, ${wrapped.generation}, ${wrapped.wrapped})
    ), record as (
      insert into sealed_record (subject, kind, key_id, names, sealed, revision)
      values (${subject}, ${kind}, ${subject}, ${names}, ${sealed}, ${policy.revision})
    )
    insert into blind_index (subject, field, generation, covered)
    select ${subject}, field, generation, covered
    from unnest(${index.map(({ field }) => field)}::text[],
      ${index.map(({ generation }) => generation)}::int[],
      ${index.map(({ covered }) => covered)}::bytea[]) as look_up (field, generation, covered)`)
}

/** Seals another record of an order or an account under its own key. Replaces the record when there is one. */
export async function sealUnderOwn(
  { keys }: Vault,
  tx: Transaction,
  subject: Id,
  kind: Exclude<RecordKind, 'contact' | 'invoice' | 'paper'>,
  values: readonly Personal[],
): Promise<void> {
  const [stored] = await storedKeys(keys, tx, [subject])
  if (stored === undefined) throw ended()
  const sealed = sealFields(unwrapStored(keys, stored), subject, kind, values)
  await insertRecord(tx, subject, kind, subject, sealed)
}

/** Ends one record under a person's own key, of what can be ended by itself. */
export async function endRecord(
  tx: Transaction,
  subject: Id,
  kind: 'credentials' | 'factor' | `passkey ${Id}`,
): Promise<void> {
  await tx.run(sql`delete from sealed_record where subject = ${subject} and kind = ${kind}`)
}

/**
 * Seals an order's contact anew with other values, under the key and the revision that it has, and renews the look-up
 * values of those that changed. Tells which have. With another address it is of another mailbox.
 *
 * @param without fields that it has no more.
 */
export async function resealContact(
  { keys }: Vault,
  tx: Transaction,
  subject: Id,
  values: readonly Personal[],
  without: readonly PersonalField[] = [],
): Promise<readonly PersonalField[]> {
  const rows = await openable<SealedRow>(keys, tx, heldRows(subject))
  const row = rows.find(({ kind }) => kind === 'contact')
  if (row === undefined) throw ended()
  const held = openRow(keys, { ...row, subject }, row.names)
  const before = new Map(held.map(({ field, value }) => [field, JSON.stringify(value)]))
  const changed = values.filter(
    (value) => before.get(value.field) !== JSON.stringify(value.reveal()),
  )
  const old = [...changed.map(({ field }) => field), ...without]
  const kept = held
    .filter(({ field }) => !old.includes(field))
    .map(({ field, value }) => Personal.of(field, value))
  const sealed = sealFields(keyOf(keys, row), subject, 'contact', [...kept, ...changed])
  await insertRecord(tx, subject, 'contact', row.keyId, sealed)
  await renewLookUps(keys, tx, subject, old, changed)
  if (old.includes('email')) await takeOut(keys, tx, [subject])
  return changed.map(({ field }) => field)
}

/**
 * Seals an order's name and address once more, as its invoice's, under the key of the accounting month in which it was
 * paid: the accounting record lives longer than the order's contact.
 */
export async function sealInvoice(
  vault: Vault,
  tx: Transaction,
  subject: Id,
  at: Temporal.Instant,
): Promise<void> {
  const [held, { id, key }] = await Promise.all([
    openHeld(vault, tx, subject, ['firstName', 'lastName', 'postalAddress']),
    periodKey(vault.keys, vault.periodKeys, tx, at),
  ])
  if (held.postalAddress === undefined) throw ended()
  const name = `${held.firstName ?? ''} ${held.lastName ?? ''}`.trim()
  const invoice = [
    Personal.of('invoiceName', name),
    Personal.of('invoiceAddress', held.postalAddress),
  ]
  await insertRecord(tx, subject, 'invoice', id, sealFields(key, subject, 'invoice', invoice))
}

/** Opens the named fields of a subject, in whichever record they lie. What is not held is left out. */
export async function openHeld(
  { keys }: Vault,
  on: Queries,
  subject: Id,
  fields: readonly PersonalField[],
): Promise<Held> {
  const rows = await openable<SealedRow>(keys, on, heldRows(subject))
  const opened = rows.flatMap((row) => openRow(keys, { ...row, subject }, fields))
  return Object.fromEntries(opened.map(({ field, value }) => [field, value])) as Held
}

/** The policy's revision under which a subject's data was given; undefined when all of it has ended. */
export async function givenUnder(on: Queries, subject: Id): Promise<string | undefined> {
  const row = await on.first<{ revision: string }>(sql`
    select revision from sealed_record where subject = ${subject}
    order by kind = 'contact' desc limit 1`)
  return row?.revision
}

/** A value as it lies in a record of the vault. */
export type Opened = {
  readonly subject: Id
  readonly kind: RecordKind
  readonly keyKind: KeyKind
  readonly field: PersonalField
  readonly value: PersonalValues[PersonalField]
}

/** As `openHeld`, of many subjects at once. */
export async function openAll(
  { keys }: Vault,
  on: Queries,
  subjects: readonly Id[],
  fields: readonly PersonalField[],
): Promise<readonly Opened[]> {
  const rows = await openable<SealedRow & { readonly subject: Id }>(
    keys,
    on,
    sql`select r.subject, r.kind, r.names, r.sealed, r.key_id as "keyId", k.kind as "keyKind",
        k.generation, k.wrapped, k.mailbox
      from sealed_record r, lateral (select * from data_key where id = r.key_id limit 1) k
      where r.subject = any(${subjects}::uuid[]) order by r.subject, r.kind`,
  )
  return rows.flatMap((row) => openRow(keys, row, fields))
}

/** In which records of subjects some of the fields lie. Nothing is opened. */
export async function whereHeld<F extends PersonalField>(
  on: Queries,
  subjects: readonly Id[],
  fields: readonly F[],
): Promise<readonly (Omit<Opened, 'field' | 'value'> & { readonly field: F })[]> {
  return on.many(sql`
    select r.subject, r.kind, k.kind as "keyKind", name as field
    from sealed_record r, lateral (select kind from data_key where id = r.key_id limit 1) k,
      unnest(r.names) as name
    where r.subject = any(${subjects}::uuid[]) and name = any(${fields})
    order by r.subject, r.kind`)
}

function openRow(
  keys: Keys,
  row: OpenableRow & { readonly subject: Id },
  fields: readonly PersonalField[],
): readonly Opened[] {
  const { subject, kind, keyKind, names } = row
  if (!names.some((name) => fields.includes(name))) return []
  const key = keyOf(keys, row)
  return names.flatMap((field, at) => {
    const sealed = row.sealed[at]
    if (sealed === undefined || !fields.includes(field)) return []
    return [{ subject, kind, keyKind, field, value: openField(key, subject, kind, field, sealed) }]
  })
}

function keyOf(keys: Keys, row: OpenableRow): Buffer {
  return unwrapStored(keys, { ...row, id: row.keyId, kind: row.keyKind })
}

/**
 * Destroys the keys of orders, accounts and papers, and all that they seal, and every look-up value. Tells how many.
 *
 * That they end is noted outside the database first: should this transaction roll back, they end at the next restore.
 * The list is asked of indexes alone; beside one it would be read from its beginning for each row, and of 10,000 orders
 * that took 70 times as long.
 */
export async function destroyKeys(
  { endings }: Vault,
  tx: Transaction,
  subjects: readonly Id[],
): Promise<number> {
  await endings.note('order', subjects)
  const destroyed = await tx.many<{ mailbox: Id | null }>(sql`
    with index as (delete from blind_index where subject = any(${subjects}::uuid[])),
      record as (delete from sealed_record
        where subject = any(${subjects}::uuid[]) and key_id = subject)
    delete from data_key where id = any(${subjects}::uuid[])
      and kind in ('order', 'person', 'document') returning mailbox`)
  await afterLeaving(tx, destroyed)
  return destroyed.length
}

/** One key a record, looked up by its id: a join that was planned over empty tables would read all keys. */
function heldRows(subject: Id): Query {
  return sql`
    select r.kind, r.names, r.sealed, r.key_id as "keyId", k.kind as "keyKind", k.generation,
      k.wrapped, k.mailbox
    from sealed_record r, lateral (select * from data_key where id = r.key_id limit 1) k
    where r.subject = ${subject}`
}

/** What is sealed later is of the person who gave the contact: it stays under the revision of that. */
async function insertRecord(
  tx: Transaction,
  subject: Id,
  kind: RecordKind,
  keyId: Id,
  { names, sealed }: { readonly names: readonly string[]; readonly sealed: readonly Buffer[] },
): Promise<void> {
  await tx.run(sql`
    insert into sealed_record (subject, kind, key_id, names, sealed, revision)
    values (${subject}, ${kind}, ${keyId}, ${names}, ${sealed}, coalesce(
      (select revision from sealed_record where subject = ${subject} and kind = 'contact'),
      ${policy.revision}))
    on conflict (subject, kind) do update
    set key_id = excluded.key_id, names = excluded.names, sealed = excluded.sealed`)
}

function ended(): Fault {
  return new Fault('not_found', 'This data has ended, and cannot be added to')
}
