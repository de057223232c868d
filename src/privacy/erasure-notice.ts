/**
 * Erasure notices: each company that was given something is told that its person has erased it (art. 19 GDPR).
 *
 * A notice holds the company's own references and nothing else: the number of a parcel, of a payment, of a mail. It is
 * granted in the transaction of the erasure, while the references are still there; afterwards it belongs to nobody. Of
 * a mailbox that ends with its key the references are added as the rows of its orders follow (privacy/mailbox.ts).
 *
 * Invariant: the references are kept until the company has been told, or has not taken the notice in all its tries.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Disclosure, type Gateway, grant, resume } from './gateway.ts'
import type { Known } from './holdings.ts'

const ERASED = 'the person erased it'

/** For "an event asks for it": something was erased that a company had been given. */
export function isErasure(because: string): boolean {
  return because === ERASED
}

/**
 * Asks for a notice to each company that takes any. Returns their disclosures.
 *
 * @param mailbox whose orders' references are still to come: the notices leave after that.
 */
export async function noticeErasure(
  gateway: Gateway,
  tx: Transaction,
  known: readonly Known[],
  mailbox?: Id,
): Promise<readonly Id[]> {
  const notices: Id[] = []
  for (const { recipient, company, references } of known) {
    const told = gateway.companies.find((one) => one.to === recipient && one.name === company)
    if (told?.mailbox === undefined) continue
    // No order is its subject any more.
    const subject = newId(gateway.clock())
    const ask = { to: recipient, for: 'erasure notice', company, subject, because: ERASED } as const
    const { id } = await grant(gateway, tx, ask)
    await tx.run(sql`
      insert into erasure_notice (id, known_as, mailbox)
      values (${id}, ${references}, ${mailbox ?? null})`)
    if (mailbox === undefined) await enqueue(tx, 'send erasure notice', { order: subject, id })
    notices.push(id)
  }
  return notices
}

export type ToCompany = Disclosure<Known['recipient'], 'erasure notice'>

/** As `resume`, whichever company the notice is to. */
export async function resumeNotice(gateway: Gateway, id: Id): Promise<ToCompany | undefined> {
  const row = await gateway.database.first<Pick<ToCompany, 'to'>>(
    sql`select recipient as to from disclosure where id = ${id}`,
  )
  return row && resume(gateway, id, row.to, 'erasure notice')
}

/** The references of a notice that has not been taken yet. */
export async function referencesOf(on: Queries, id: Id): Promise<readonly string[] | undefined> {
  const row = await on.first<{ references: readonly string[] }>(
    sql`select known_as as references from erasure_notice where id = ${id}`,
  )
  return row?.references
}

/** The notice has been taken, or will not be tried again: the references go. */
export async function forgetReferences(on: Queries, id: Id): Promise<void> {
  await on.run(sql`delete from erasure_notice where id = ${id}`)
}

/** How a notice went. */
export type Notice = {
  readonly recipient: string
  readonly company: string
  readonly outcome: 'delivered' | 'refused' | 'given up' | null
  readonly outcomeAt: Temporal.Instant | null
}

export async function noticesOf(on: Queries, ids: readonly string[]): Promise<readonly Notice[]> {
  return on.many<Notice>(sql`
    select recipient, company, outcome, outcome_at as "outcomeAt" from disclosure
    where id = any(${ids}::uuid[]) and purpose = 'erasure notice' order by recipient, company`)
}
