/**
 * The rows of disclosures, each written together with its entry in the ledger.
 *
 * Invariant: what was delivered stays so; nothing that happens later takes it back from the recipient.
 */

import type { Clock } from '../base/clock.ts'
import { type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { type EntryKind, leafOf } from './ledger.ts'
import { flowFor, policy } from './policy.ts'
import { fulfilsRight, Restricted } from './restriction.ts'
import type { Flow } from './table.ts'

type Row = {
  readonly id: Id
  readonly subject: Id
  readonly to: string
  readonly for: string
  readonly company: string
  readonly because: string
}

/**
 * Writes a grant or a look, in the caller's transaction. A mailbox under whose key the order is notes whom it was told
 * to, so that its receipt needs no look at each order.
 *
 * @throws {Restricted} C5, with nothing written, when the person restricted the use of their data.
 */
export async function record(
  clock: Clock,
  tx: Transaction,
  row: Row,
  { fields, channel, clause }: Flow,
  kind: Extract<EntryKind, 'disclosure granted' | 'looked at'>,
): Promise<void> {
  const { id, subject, to, for: purpose, company, because } = row
  const at = clock()
  const { revision } = policy
  const entry = { kind, reference: id, recipient: to, purpose, company, fields, channel, revision }
  const leaf = leafOf({ ...entry, clause, because }, at)
  const outcome = kind === 'looked at' ? 'delivered' : null
  const written = await tx.run(sql`
    with granted as (
      insert into disclosure (id, subject, recipient, purpose, company, fields, channel, revision,
        clause, because, granted_at, outcome, outcome_at)
      select ${id}, ${subject}, ${to}, ${purpose}, ${company}, ${fields}, ${channel}, ${revision},
        ${clause}, ${because}, ${at}, ${outcome}, ${outcome === null ? null : at}
      where ${fulfilsRight(row)} or not exists (select from restriction where subject = ${subject})
      returning 1
    ), told as (
      insert into mailbox_told (mailbox, recipient, company)
      select mailbox, ${to}, ${company} from data_key, granted
      where id = ${subject} and mailbox is not null and ${kind !== 'looked at'}
      on conflict do nothing
    )
    insert into ledger_entry (id, leaf) select ${leaf.id}, ${leaf.text} from granted`)
  if (written === 0) throw new Restricted(row)
}

/**
 * A disclosure is carried out as it was granted, once that is committed.
 *
 * @throws {Refusal} C5 when there is no such grant, since it was rolled back, say, or the person restricted the use of
 *   their data since.
 */
export async function checkGranted(on: Queries, row: Row): Promise<void> {
  const { id, subject, to, for: purpose, company } = row
  const found = await on.first<{ isRestricted: boolean }>(sql`
    select exists (select from restriction where subject = ${subject}) as "isRestricted"
    from disclosure where id = ${id} and subject = ${subject}
      and recipient = ${to} and purpose = ${purpose} and company = ${company}`)
  if (found === undefined) {
    throw new Refusal('C5', `Cannot give "${to}" anything for "${purpose}": it was not granted`)
  }
  if (found.isRestricted && !fulfilsRight(row)) throw new Restricted(row)
}

/**
 * For what is refused before a byte could leave: restricted, or erased, since its job began. It is concluded, so that
 * none stays open which nobody will carry out; then the refusal goes on.
 */
export function concludingRefused(
  { database, clock }: { readonly database: Queries; readonly clock: Clock },
  disclosures: readonly Row[],
) {
  return async (error: unknown): Promise<never> => {
    if (error instanceof Refusal) {
      for (const disclosure of disclosures) {
        const { channel } = flowFor(disclosure.to, disclosure.for)
        await conclude(database, clock, disclosure, 'refused', channel)
      }
    }
    throw error
  }
}

/** Records how a disclosure went. Only that it was delivered after all changes what was recorded before. */
export async function conclude(
  on: Queries,
  clock: Clock,
  { id }: Pick<Row, 'id'>,
  outcome: 'delivered' | 'refused' | 'given up',
  channel: string,
): Promise<void> {
  const at = clock()
  const leaf = leafOf({ kind: `disclosure ${outcome}`, reference: id, channel }, at)
  const found = await on.run(sql`
    with concluded as (
      update disclosure set outcome = ${outcome}, outcome_at = ${at}, channel = ${channel}
      where id = ${id} and (outcome is null or (outcome <> 'delivered' and ${outcome === 'delivered'}))
      returning id
    )
    insert into ledger_entry (id, leaf) select ${leaf.id}, ${leaf.text} from concluded`)
  if (found > 1) throw new Fault('conflict', 'A disclosure was concluded twice at once')
  if (found === 1 && outcome === 'refused') await noteOtherwise(on, id)
}

/** Whoever got nothing was told nothing: the mailbox of the order notes anew whom its orders were told to. */
async function noteOtherwise(on: Queries, id: Id): Promise<void> {
  await on.run(sql`
    update mailbox set is_noted = false
    where ended_at is null and id = (
      select k.mailbox from disclosure d,
        lateral (select mailbox from data_key where id = d.subject limit 1) k
      where d.id = ${id})`)
}
