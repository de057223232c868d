/**
 * The task "send account link": a link by which a person chooses the password of their account, by mail to its address.
 * Who has no account yet is told otherwise than who has one: nobody but them reads it.
 *
 * @see sendAccountLink in customers/account-link.ts
 */

import type { Task } from '../base/jobs.ts'
import { linkFor } from '../customers/account.ts'
import { LINK_MINUTES } from '../privacy/person-link.ts'
import { addressEnded, linkTask } from './_link-task.ts'
import { writeAccountKnown, writeAccountNew } from './messages.ts'
import type { Mailing } from './task.ts'

export function sendAccountLinkTask(mailing: Mailing): Task {
  return linkTask(mailing, 'messages about an account', async (gateway, { subject }, at) => {
    const link = await linkFor(gateway, subject, at.add({ minutes: LINK_MINUTES }))
    if (link === undefined) throw addressEnded()
    const write = link.isConfirmed ? writeAccountKnown : writeAccountNew
    return { path: `account/password/${link.token}`, write }
  })
}
