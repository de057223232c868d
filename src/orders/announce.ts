/**
 * Announcing an event to the customer: grants the message to the mail relay and leaves the sending to a job.
 *
 * C5, C6: a message exists because an event of the order asks for it; there is no other reason to write to anybody.
 */

import type { Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'
import { Restricted } from '../privacy/restriction.ts'

/** The events of an order that its customer is told of. */
export const announcedEvents = [
  'order paid',
  'parcel shipped',
  'refund made',
  'refund paid otherwise',
  'refund sent back',
  'order cancelled',
] as const

export type AnnouncedEvent = (typeof announcedEvents)[number]

export function isAnnouncedEvent(text: string): text is AnnouncedEvent {
  return (announcedEvents as readonly string[]).includes(text)
}

/**
 * In the caller's transaction: the mail goes out if that commits, and not otherwise. None goes to a person who has
 * restricted the use of their data; what happened is on the page of the order.
 */
export async function announce(
  gateway: Gateway,
  tx: Transaction,
  orderId: Id,
  because: AnnouncedEvent,
): Promise<void> {
  const company = gateway.companies.find(({ to }) => to === 'mail relay')?.name ?? ''
  const ask = { to: 'mail relay', for: 'messages about an order', company, because } as const
  try {
    await grant(gateway, tx, { ...ask, subject: orderId }, ({ id }) =>
      enqueue(tx, 'send message', { order: orderId, id }),
    )
  } catch (error) {
    if (!(error instanceof Restricted)) throw error
  }
}
