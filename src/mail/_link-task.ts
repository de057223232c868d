/**
 * A task that sends a link by mail to somebody's own address: begun with a disclosure that was granted when they asked.
 */

import { Fault, Refusal } from '../base/failure.ts'
import type { Payload, Task } from '../base/jobs.ts'
import { type Disclosure, deliver, type Gateway, giveUp } from '../privacy/gateway.ts'
import type { Written } from './messages.ts'
import { mailDate } from './relay.ts'
import { type Mailing, openDisclosure } from './task.ts'

type Purpose =
  | 'messages about a request'
  | 'messages about an account'
  | 'notice to a former address'
  | 'confirmation of a new address'
type ToRelay = Disclosure<'mail relay', Purpose>

/** A disclosure grants one of them. */
type Addresses = {
  readonly email?: string
  readonly formerEmail?: string
  readonly newEmail?: string
}

/** Where the link leads, below the shop's address, and the words around it. */
type Letter = {
  readonly path: string
  readonly write: (shop: string, link: string) => Written
}

/**
 * Throws to be tried again; the last attempt gives the disclosure up.
 *
 * @param letterOf makes the letter as it is sent. @throws {Fault} `invalid` when there is nothing to send any more.
 */
export function linkTask(
  mailing: Mailing,
  purpose: Purpose,
  letterOf: (
    gateway: Gateway,
    disclosure: ToRelay,
    at: Temporal.Instant,
    payload: Payload,
  ) => Promise<Letter>,
): Task {
  const { gateway } = mailing
  return async (payload, { isLast }) => {
    const about = { ...payload, for: purpose }
    const disclosure = await openDisclosure(gateway, about)
    if (disclosure === undefined) return
    try {
      const at = gateway.clock()
      await send(mailing, disclosure, await letterOf(gateway, disclosure, at, payload), at)
    } catch (error) {
      // The gateway has concluded it: stopped with an alarm, or its rule had held a moment ago.
      if (error instanceof Refusal) return
      const isFinal = isLast || (error instanceof Fault && error.code === 'invalid')
      if (!isFinal) throw error
      await giveUp(gateway, disclosure)
    }
  }
}

async function send(
  { gateway, relay, shopName, publicUrl }: Mailing,
  disclosure: ToRelay,
  { path, write }: Letter,
  at: Temporal.Instant,
): Promise<void> {
  const { id } = disclosure
  const { message, vocabulary } = write(shopName, new URL(path, publicUrl).href)
  await deliver(
    gateway,
    disclosure,
    { message },
    async ({ message: granted, ...addresses }, way) => {
      const { email, formerEmail, newEmail }: Addresses = addresses
      const to = email ?? formerEmail ?? newEmail
      if (to === undefined) throw addressEnded()
      await relay.send(way, { ...granted, to, id, at })
    },
    `${vocabulary} ${id} ${mailDate(at)}`,
  )
}

export function addressEnded(): Fault {
  return new Fault('invalid', 'Cannot send a mail: its address has ended')
}
