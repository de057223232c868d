/**
 * Corrections of an order's contact, as events of the order: who, when, which fields; never a value (art. 16 GDPR).
 *
 * The list of endings names each by a random reference. A restored database that lacks the event has lost the
 * correction; since no value is kept outside, its person is to be asked again, as an open request says. A former e-mail
 * address does not come back by that: it may be a stranger's (C5).
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { type Ending, lastWords } from '../privacy/endings.ts'
import type { Gateway } from '../privacy/gateway.ts'
import { byMailbox } from '../privacy/look-ups.ts'
import { type Corrected, dropEmail } from '../privacy/rectification.ts'
import { enterRequest } from '../privacy/requests.ts'
import type { Vault } from '../privacy/vault.ts'
import { leaveJoined } from './belonging.ts'
import { EMAIL_CORRECTED, EMAIL_LOST } from './link.ts'
import { addEvent } from './order.ts'

const CORRECTED = 'contact corrected'
const LOST = 'correction lost by a restore'

/** Writes a correction down with its order. @param by `customer`, or the reference of a member of staff. */
export function recordCorrection(by: string) {
  return async (tx: Transaction, { subject, reference, fields, at }: Corrected): Promise<void> => {
    const details = { reference, fields: fields.join(' ') }
    const kind = fields.includes('email') ? EMAIL_CORRECTED : CORRECTED
    await addEvent(tx, subject, { kind, by, details }, at)
    if (kind === EMAIL_CORRECTED) await leaveJoined(tx, subject)
  }
}

export type LostCorrection = {
  readonly id: Id
  readonly number: number
  readonly reference: string
  /** Of its e-mail address, and the last one. */
  readonly isAddress: boolean
}

/** What the list names and the database lacks, of orders that have not ended. */
export async function lostCorrections(
  on: Queries,
  endings: readonly Ending[],
): Promise<readonly LostCorrection[]> {
  const ended = new Set(endings.filter(({ what }) => what === 'order').map(({ id }) => id))
  const noted = endings.filter(
    ({ what, id }) => (what === 'corrected' || what === 'readdressed') && !ended.has(id),
  )
  const rows = await on.many<Omit<LostCorrection, 'isAddress'>>(sql`
    select o.id, o.number, noted.reference
    from unnest(${noted.map(({ id }) => id)}::uuid[], ${noted.map(({ about }) => about)}::text[])
      as noted (id, reference)
    join orders o on o.id = noted.id
    where exists (select from living_key k where k.id = noted.id)
      and not exists (select from order_event e
        where e.order_id = noted.id and e.details ->> 'reference' = noted.reference)
    order by o.number`)
  // What an earlier word about an order's address says was taken back, or is in the database.
  const addresses = new Map(lastWords(noted, 'readdressed').map(({ id, about }) => [id, about]))
  return rows.map((row) => ({ ...row, isAddress: addresses.get(row.id) === row.reference }))
}

/**
 * After a restore: enters a request for each person whose corrections were lost; where it was the e-mail address, the
 * order has none until it is entered anew. Done again, it does nothing.
 */
export async function askForCorrectionsAgain(
  { database, vault, clock }: Pick<Gateway, 'database' | 'vault' | 'clock'>,
  endings: readonly Ending[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const lost = await lostCorrections(tx, endings)
    const at = clock()
    const ids = [...new Set(lost.map(({ id }) => id))]
    const groups = await toAsk(vault, tx, ids)
    for (const { id, reference, isAddress } of lost) {
      const kind = isAddress ? EMAIL_LOST : LOST
      await addEvent(tx, id, { kind, by: 'store', details: { reference } }, at)
      if (!isAddress) continue
      await leaveJoined(tx, id)
      await dropEmail(vault, tx, id)
    }
    for (const subjects of groups) {
      await enterRequest(
        { database: tx, clock },
        {
          kind: 'rectification',
          channel: 'restore',
          proof: null,
          receivedAt: at,
          by: 'store',
          subjects,
        },
      )
    }
  })
}

/** By the mailbox; one that has none is asked about by itself, unless it is going to be deleted. */
async function toAsk(
  vault: Vault,
  tx: Transaction,
  orders: readonly Id[],
): Promise<readonly (readonly Id[])[]> {
  const groups = await byMailbox(vault, tx, orders)
  const others = orders.filter((id) => !groups.flat().includes(id))
  const ending = await tx.many<{ id: Id }>(sql`
    select subject as id from erasure_request where subject = any(${others}::uuid[])`)
  const alone = others.filter((order) => !ending.some(({ id }) => id === order))
  return [...groups, ...alone.map((id) => [id])]
}
