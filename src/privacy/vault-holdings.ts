/**
 * The kernel's own part of the map: what lies in the vault, what an order is found by, and who was told.
 *
 * Sealed values are shown as the policy's row for "the person" grants them; what would help a finder to sign in is
 * listed without its value, which is not even opened. The ledger stays, since it holds no value about anybody; what
 * ends is the link from the order to it (decision 0010).
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { type Id, instantOf } from '../base/ids.ts'
import type { RecordKind } from './_sealed-fields.ts'
import type { HeldField, Holding, Known, Told, Withheld } from './holdings.ts'
import { passkeyOf } from './passkey-record.ts'
import { flowFor, type RetentionRule, retention } from './policy.ts'
import { type PersonalField, personalFields, type WithheldField, withheld } from './table.ts'
import { destroyKeys, type Opened, openAll, type Vault, whereHeld } from './vault.ts'

/** When records of a kind came to be, by order: the vault itself keeps no times. */
export type SealedSince = Readonly<
  Partial<
    Record<
      RecordKind,
      (on: Queries, subjects: readonly Id[]) => Promise<ReadonlyMap<Id, Temporal.Instant>>
    >
  >
>

/** In the order in which they must end. */
export function vaultHoldings(vault: Vault, since: SealedSince): readonly Holding[] {
  return [lookUp, sealed(vault, since), ledger]
}

/** A field has one rule under each kind of key. */
const ruleOfField: ReadonlyMap<string, RetentionRule> = new Map(
  Object.entries(retention).flatMap(([rule, { key, fields }]) =>
    fields.map((field) => [`${key} ${field}`, rule as RetentionRule] as const),
  ),
)
const stored: ReadonlySet<string> = new Set(personalFields)
const notOpened = Object.keys(withheld) as readonly WithheldField[]
const timed = ['invoice', 'shipment', 'change', 'credentials', 'factor'] as const

function sealed(vault: Vault, since: SealedSince): Holding {
  return {
    rule: 'order-contact',
    tables: ['data_key', 'sealed_record'],
    async show(on, subjects) {
      const granted = flowFor('the person', 'their own data').fields
      const fields = granted.filter((field): field is PersonalField => stored.has(field))
      const opened = await openAll(vault, on, subjects, fields)
      const kept = await whereHeld(on, subjects, notOpened)
      const times = new Map<string, ReadonlyMap<Id, Temporal.Instant>>()
      for (const kind of timed) {
        const found = await since[kind]?.(on, subjects)
        if (found !== undefined) times.set(kind, found)
      }
      return {
        fields: [
          ...opened.flatMap((one) => fieldsOf(one, times)),
          ...kept.flatMap((one) =>
            fieldsOf({ ...one, value: { withheld: withheld[one.field] } }, times),
          ),
        ],
      }
    },
    end: (tx, subjects) => destroyKeys(vault, tx, subjects),
    left: (on, subjects) =>
      countOf(
        on,
        sql`select (select count(*) from data_key where id = any(${subjects}::uuid[])) +
          (select count(*) from sealed_record
            where subject = any(${subjects}::uuid[]) and kind <> 'invoice') as n`,
      ),
  }
}

/** What lies in a record: a value, or what is said in its place. */
type InVault = Omit<Opened, 'value'> & { readonly value: Opened['value'] | Withheld }
type Times = ReadonlyMap<string, ReadonlyMap<Id, Temporal.Instant>>

/** The fields that a value of the vault is, of those that a rule keeps: one, or one for each kept address. */
function fieldsOf(
  { subject, kind, keyKind, field, value }: InVault,
  times: Times,
): readonly HeldField[] {
  const rule = ruleOfField.get(`${keyKind} ${field}`)
  if (rule === undefined) return []
  const since = times.get(kind)?.get(subject) ?? instantOf(passkeyOf(kind) ?? subject)
  const shared = { subject, name: field, rule }
  if (typeof value === 'string' || 'line1' in value || 'withheld' in value)
    return [{ ...shared, value, since }]
  return value.map((kept) => ({ ...shared, value: kept, since: instantOf(kept.id) }))
}

const lookUp: Holding = {
  rule: 'look-up',
  tables: ['blind_index'],
  async show(on, subjects) {
    const rows = await on.many<{ subject: Id; field: string; covered: Buffer }>(sql`
      select subject, field, covered from blind_index where subject = any(${subjects}::uuid[])
      order by subject, field`)
    return {
      fields: rows.map(({ subject, field, covered }) => ({
        ...{ subject, name: `lookUp.${field}`, value: covered.toString('hex'), rule: 'look-up' },
        since: instantOf(subject),
      })),
    }
  },
  end: (tx, subjects) =>
    tx.run(sql`delete from blind_index where subject = any(${subjects}::uuid[])`),
  left: (on, subjects) =>
    countOf(
      on,
      sql`select count(*) as n from blind_index where subject = any(${subjects}::uuid[])`,
    ),
}

const ledger: Holding = {
  rule: 'ledger',
  tables: ['disclosure', 'ledger_entry', 'ledger_unsequenced', 'ledger_position'],
  async show(on, subjects) {
    return { told: await toldAbout(on, subjects) }
  },
  /** A mail is named after its disclosure. */
  async known(on, subjects) {
    return on.many<Known>(sql`
      select 'mail relay' as recipient, company, array_agg(id::text order by id) as references
      from disclosure where subject = any(${subjects}::uuid[]) and recipient = 'mail relay'
        and outcome = 'delivered' group by company`)
  },
  end: unlinkLedger,
  left: (on, subjects) =>
    countOf(on, sql`select count(*) as n from disclosure where subject = any(${subjects}::uuid[])`),
}

/** Who was told something about the subjects, and who of us looked. */
export async function toldAbout(on: Queries, subjects: readonly Id[]): Promise<readonly Told[]> {
  return on.many<Told>(sql`
    select subject, id, recipient, purpose, company, fields, channel, revision, clause, because,
      granted_at as "grantedAt", outcome, outcome_at as "outcomeAt"
    from disclosure where subject = any(${subjects}::uuid[]) order by id`)
}

/** A disclosure whose order has ended belongs to itself: nothing leads from the order to it, nor back. */
export function unlinkLedger(tx: Transaction, subjects: readonly Id[]): Promise<number> {
  return tx.run(sql`update disclosure set subject = id where subject = any(${subjects}::uuid[])`)
}

async function countOf(on: Queries, query: ReturnType<typeof sql>): Promise<number> {
  return (await on.one<{ n: number }>(query)).n
}
