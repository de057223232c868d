/**
 * The task "send data link": a link to all that is held about a person, asked for or after their address was corrected;
 * or to the way back from a deletion that waits; by mail to their own address (C3.1).
 *
 * @see sendDataLink in orders/data-link.ts
 */

import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import type { Task } from '../base/jobs.ts'
import { isCorrection, isWaiting } from '../orders/data-link.ts'
import { waitingOf } from '../privacy/erasure-later.ts'
import type { Gateway } from '../privacy/gateway.ts'
import { emailDigest } from '../privacy/look-ups.ts'
import { dataToken, deletionToken, LINK_MINUTES } from '../privacy/person-link.ts'
import { addressEnded, linkTask } from './_link-task.ts'
import { writeDataLink, writeNewAddress, writeWaiting } from './messages.ts'
import type { Mailing } from './task.ts'

export function sendDataLinkTask(mailing: Mailing): Task {
  return linkTask(mailing, 'messages about a request', async (gateway, { subject, because }, at) =>
    isWaiting(because)
      ? { path: await wayBack(gateway, subject), write: writeWaiting }
      : {
          path: await wayToData(gateway, subject, at),
          write: isCorrection(because) ? writeNewAddress : writeDataLink,
        },
  )
}

async function wayToData(
  { database, vault }: Gateway,
  subject: Id,
  at: Temporal.Instant,
): Promise<string> {
  const digest = await emailDigest(vault, database, subject)
  if (digest === undefined) throw addressEnded()
  return `privacy/data/${dataToken(vault.keys, digest, at.add({ minutes: LINK_MINUTES }))}`
}

async function wayBack({ database, vault }: Gateway, subject: Id): Promise<string> {
  const [waiting] = await waitingOf(database, [subject])
  if (waiting === undefined) throw new Fault('invalid', 'The deletion does not wait any more')
  return `privacy/deletions/${deletionToken(vault.keys, waiting.entry)}`
}
