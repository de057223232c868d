/**
 * The task "send data link": a link to all that is held about a person, by mail to their own address (C3.1).
 *
 * @see sendDataLink in orders/data-link.ts
 */

import { Fault, Refusal } from '../base/failure.ts'
import type { Task } from '../base/jobs.ts'
import { type Disclosure, deliver, giveUp, resume } from '../privacy/gateway.ts'
import { dataToken, LINK_MINUTES } from '../privacy/person-link.ts'
import { emailDigest } from '../privacy/vault.ts'
import { writeDataLink } from './messages.ts'
import { mailDate } from './relay.ts'
import type { Mailing } from './task.ts'

type ToRelay = Disclosure<'mail relay', 'messages about a request'>

/** Throws to be tried again; the last attempt gives the disclosure up. */
export function sendDataLinkTask(mailing: Mailing): Task {
  const { gateway } = mailing
  return async ({ id }, { isLast }) => {
    const disclosure = await resume(gateway, id, 'mail relay', 'messages about a request')
    if (disclosure === undefined) return
    try {
      await send(mailing, disclosure)
    } catch (error) {
      // The gateway has concluded it and raised the alarm.
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
): Promise<void> {
  const { id, subject } = disclosure
  const digest = await emailDigest(gateway.database, subject)
  if (digest === undefined) throw ended()
  const at = gateway.clock()
  const token = dataToken(gateway.vault.keys, digest, at.add({ minutes: LINK_MINUTES }))
  const link = new URL(`privacy/data/${token}`, publicUrl).href
  const { message, vocabulary } = writeDataLink(shopName, link)
  await deliver(
    gateway,
    disclosure,
    { message },
    async ({ email, message: granted }, way) => {
      if (email === undefined) throw ended()
      await relay.send(way, { ...granted, to: email, id, at })
    },
    `${vocabulary} ${id} ${mailDate(at)}`,
  )
}

function ended(): Fault {
  return new Fault('invalid', 'Cannot send a mail: its address has ended')
}
