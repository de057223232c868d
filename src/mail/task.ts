/**
 * The task "send message": tells a customer by mail what happened to their order.
 *
 * It begins with a disclosure that was granted in the transaction of the event itself. One that has been concluded is
 * not sent again; one whose rule no longer holds, or whose address has ended, is not sent at all.
 *
 * @see announce in orders/announce.ts
 */

import { Fault, Refusal } from '../base/failure.ts'
import type { Payload, Task } from '../base/jobs.ts'
import { type AnnouncedEvent, isAnnouncedEvent } from '../orders/announce.ts'
import { currentLink } from '../orders/link.ts'
import { findOrder, type Order } from '../orders/order.ts'
import { type Disclosure, deliver, type Gateway, giveUp, resume } from '../privacy/gateway.ts'
import type { For } from '../privacy/policy.ts'
import { writeMessage } from './messages.ts'
import { type MailRelay, mailDate } from './relay.ts'

export type Mailing = {
  readonly gateway: Gateway
  readonly relay: MailRelay
  readonly shopName: string
  readonly publicUrl: URL
}

type ToRelay = Disclosure<'mail relay', 'messages about an order'>

/** Throws to be tried again; the last attempt gives the disclosure up. */
export function sendMessageTask(mailing: Mailing): Task {
  const { gateway } = mailing
  return async ({ order: orderId, id }, { isLast }) => {
    const about = { order: orderId, id, for: 'messages about an order' } as const
    const disclosure = await openDisclosure(gateway, about)
    if (disclosure === undefined) return
    const order = await findOrder(gateway.database, disclosure.subject)
    if (order === undefined || !isAnnouncedEvent(disclosure.because)) {
      return giveUp(gateway, disclosure)
    }
    try {
      await sendMessage(mailing, disclosure, disclosure.because, order)
    } catch (error) {
      // The gateway has concluded it: stopped with an alarm, or its rule had held a moment ago.
      if (error instanceof Refusal) return
      const isFinal = isLast || (error instanceof Fault && error.code === 'invalid')
      if (!isFinal) throw error
      await giveUp(gateway, disclosure)
    }
  }
}

/** A message's disclosure as its job finds it; one whose rule does not hold any more is given up. */
export async function openDisclosure<P extends For<'mail relay'>>(
  gateway: Gateway,
  { order: subject, id, for: purpose }: Payload & { readonly for: P },
): Promise<Disclosure<'mail relay', P> | undefined> {
  try {
    return await resume(gateway, id, 'mail relay', purpose)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const lost = { to: 'mail relay', for: purpose, id, subject, company: '', because: '' } as const
    await giveUp(gateway, lost)
    return undefined
  }
}

async function sendMessage(
  { gateway, relay, shopName, publicUrl }: Mailing,
  disclosure: ToRelay,
  because: AnnouncedEvent,
  order: Order,
): Promise<void> {
  const token = await currentLink(gateway.vault.keys, gateway.database, order.id)
  const link = new URL(`orders/${token}`, publicUrl).href
  const { message, vocabulary } = writeMessage(because, order, shopName, link)
  const at = gateway.clock()
  const { id } = disclosure
  await deliver(
    gateway,
    disclosure,
    { message },
    async ({ email, message: granted }, way) => {
      if (email === undefined)
        throw new Fault('invalid', 'Cannot send a mail: its address has ended')
      await relay.send(way, { ...granted, to: email, id, at })
    },
    `${vocabulary} ${id} ${mailDate(at)}`,
  )
}
