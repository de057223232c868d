/**
 * The task "send data link": a link to all that is held about a person, or to the way back from a deletion that
 * waits, by mail to their own address (C3.1).
 *
 * @see sendDataLink in orders/data-link.ts
 */

import { Fault, Refusal } from '../base/failure.ts'
import type { Task } from '../base/jobs.ts'
import { isWaiting } from '../orders/data-link.ts'
import { waitingOf } from '../privacy/erasure-later.ts'
import { type Disclosure, deliver, type Gateway, giveUp, resume } from '../privacy/gateway.ts'
import { dataToken, deletionToken, LINK_MINUTES } from '../privacy/person-link.ts'
import { emailDigest } from '../privacy/vault.ts'
import { writeDataLink, writeWaiting } from './messages.ts'
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
  const { id, because } = disclosure
  const at = gateway.clock()
  const path = await (isWaiting(because) ? wayBack : wayToData)(gateway, disclosure, at)
  const link = new URL(path, publicUrl).href
  const write = isWaiting(because) ? writeWaiting : writeDataLink
  const { message, vocabulary } = write(shopName, link)
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

async function wayToData(
  { database, vault }: Gateway,
  { subject }: ToRelay,
  at: Temporal.Instant,
): Promise<string> {
  const digest = await emailDigest(database, subject)
  if (digest === undefined) throw ended()
  return `privacy/data/${dataToken(vault.keys, digest, at.add({ minutes: LINK_MINUTES }))}`
}

async function wayBack({ database, vault }: Gateway, { subject }: ToRelay): Promise<string> {
  const [waiting] = await waitingOf(database, [subject])
  if (waiting === undefined) throw new Fault('invalid', 'The deletion does not wait any more')
  return `privacy/deletions/${deletionToken(vault.keys, waiting.entry)}`
}

function ended(): Fault {
  return new Fault('invalid', 'Cannot send a mail: its address has ended')
}
