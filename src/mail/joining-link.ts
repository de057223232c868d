/**
 * The task "send joining link": a link by which an order joins an account, by mail to the order's own address.
 *
 * @see sendJoiningLink in orders/joining.ts
 */

import { check } from '../base/failure.ts'
import type { Task } from '../base/jobs.ts'
import { joiningToken } from '../orders/joining.ts'
import { findOrder } from '../orders/order.ts'
import { emailDigest } from '../privacy/look-ups.ts'
import { LINK_MINUTES } from '../privacy/person-link.ts'
import { addressEnded, linkTask } from './_link-task.ts'
import { writeJoiningLink } from './messages.ts'
import type { Mailing } from './task.ts'

export function sendJoiningLinkTask(mailing: Mailing): Task {
  const purpose = 'messages about an account'
  return linkTask(mailing, purpose, async (gateway, { subject }, at, { account }) => {
    check(account !== undefined, 'A joining link must name the account')
    const { database, vault } = gateway
    const [order, digest] = [
      await findOrder(database, subject),
      await emailDigest(vault, database, subject),
    ]
    if (order === undefined || digest === undefined) throw addressEnded()
    const endsAt = at.add({ minutes: LINK_MINUTES })
    const token = joiningToken(vault.keys, { order: subject, account, digest }, endsAt)
    return {
      path: `account/orders/join/${token}`,
      write: (shop, link) => writeJoiningLink(shop, order.number, link),
    }
  })
}
