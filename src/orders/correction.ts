/**
 * Corrections of an order's contact, as events of the order: who, when, which fields; never a value (art. 16 GDPR).
 *
 * The list of endings names each by a random reference. A restored database that lacks the event has lost the
 * correction; since no value is kept outside, its person is to be asked again, as an open request says.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Ending } from '../privacy/endings.ts'
import type { Corrected } from '../privacy/rectification.ts'
import { enterRequest } from '../privacy/requests.ts'
import { byMailbox } from '../privacy/vault.ts'
import { leaveJoined } from './belonging.ts'
import { EMAIL_CORRECTED } from './link.ts'
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
}

/** What the list names and the database lacks, of orders that have not ended. */
export async function lostCorrections(
  on: Queries,
  endings: readonly Ending[],
): Promise<readonly LostCorrection[]> {
  const ended = new Set(endings.filter(({ what }) => what === 'order').map(({ id }) => id))
  const noted = endings.filter(({ what, id }) => what === 'corrected' && !ended.has(id))
  return on.many<LostCorrection>(sql`
    select o.id, o.number, noted.reference
    from unnest(${noted.map(({ id }) => id)}::uuid[], ${noted.map(({ about }) => about)}::text[])
      as noted (id, reference)
    join orders o on o.id = noted.id
    where exists (select from living_key k where k.id = noted.id)
      and not exists (select from order_event e
        where e.order_id = noted.id and e.details ->> 'reference' = noted.reference)
    order by o.number`)
}

/** After a restore: enters a request for each person whose corrections were lost. Done again, it enters nothing. */
export async function askForCorrectionsAgain(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  endings: readonly Ending[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const lost = await lostCorrections(tx, endings)
    const at = clock()
    for (const { id, reference } of lost) {
      await addEvent(tx, id, { kind: LOST, by: 'store', details: { reference } }, at)
    }
    for (const subjects of await byMailbox(tx, [...new Set(lost.map(({ id }) => id))])) {
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
