/**
 * The task "confirm new address": a link by which an account's person shows that another address is theirs, by mail to
 * that address, whoever has it.
 *
 * @see askForAddress in customers/email-change.ts
 */

import type { Task } from '../base/jobs.ts'
import { changeToken } from '../customers/email-change.ts'
import { LINK_MINUTES } from '../privacy/person-link.ts'
import { addressEnded, linkTask } from './_link-task.ts'
import { writeAddressLink } from './messages.ts'
import type { Mailing } from './task.ts'

export function confirmNewAddressTask(mailing: Mailing): Task {
  const purpose = 'confirmation of a new address'
  return linkTask(mailing, purpose, async (gateway, { subject }, at) => {
    const token = await changeToken(gateway, subject, at.add({ minutes: LINK_MINUTES }))
    if (token === undefined) throw addressEnded()
    return { path: `account/email/${token}`, write: writeAddressLink }
  })
}
