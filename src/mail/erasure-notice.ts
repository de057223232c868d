/**
 * The task "send erasure notice": tells a company, by a mail to its own mailbox, what it should erase (art. 19 GDPR).
 *
 * @see noticeErasure in privacy/erasure-notice.ts
 */

import { Fault, Refusal } from '../base/failure.ts'
import type { Task } from '../base/jobs.ts'
import {
  forgetReferences,
  referencesOf,
  resumeNotice,
  type ToCompany,
} from '../privacy/erasure-notice.ts'
import { deliver, giveUp } from '../privacy/gateway.ts'
import { writeErasureNotice } from './messages.ts'
import type { Mailing } from './task.ts'

/** Throws to be tried again; the last attempt gives the notice up. */
export function sendErasureNoticeTask(mailing: Mailing): Task {
  const { gateway } = mailing
  return async ({ id }, { isLast }) => {
    const disclosure = await resumeNotice(gateway, id)
    const references = await referencesOf(gateway.database, id)
    if (disclosure !== undefined && references !== undefined) {
      try {
        if (references.length === 0) throw new Fault('invalid', 'There is nothing to tell')
        await send(mailing, disclosure, references)
      } catch (error) {
        const isFinal =
          error instanceof Refusal || (error instanceof Fault && error.code === 'invalid')
        if (!isLast && !isFinal) throw error
        await giveUp(gateway, disclosure)
      }
    }
    await forgetReferences(gateway.database, id)
  }
}

async function send(
  { gateway, relay, shopName }: Mailing,
  disclosure: ToCompany,
  references: readonly string[],
): Promise<void> {
  const { id, to, company } = disclosure
  const address = gateway.companies.find((one) => one.to === to && one.name === company)?.mailbox
  if (address === undefined) throw new Fault('invalid', 'The company takes no notices any more')
  const at = gateway.clock()
  await deliver(gateway, disclosure, { references }, async (granted, way) => {
    const message = writeErasureNotice(shopName, granted.references)
    await relay.send(way, { ...message, to: address.address, id, at })
  })
}
