/**
 * The task "send account link": a link by which a person chooses the password of their account, by mail to its address;
 * or a notice that what serves to sign in to it has changed, with the way to ask for such a link, or to mend it.
 *
 * Who has no account yet is told otherwise than who has one: nobody but them reads it.
 *
 * @see sendAccountLink in customers/account-link.ts, tellBy in customers/account-notice.ts
 */

import type { Task } from '../base/jobs.ts'
import { linkFor } from '../customers/account.ts'
import { type AccountLoss, isAccountChange, isAccountLoss } from '../customers/account-notice.ts'
import { LINK_MINUTES } from '../privacy/person-link.ts'
import { addressEnded, linkTask } from './_link-task.ts'
import {
  writeAccountChange,
  writeAccountKnown,
  writeAccountLoss,
  writeAccountNew,
} from './messages.ts'
import type { Mailing } from './task.ts'

/** Where a loss is mended. */
const MENDED: Readonly<Record<AccountLoss, string>> = {
  'second factor lost': 'account/sign-up',
  'second factor off again': 'account/factor',
  'recovery codes lost': 'account/factor/codes',
}

export function sendAccountLinkTask(mailing: Mailing): Task {
  return linkTask(
    mailing,
    'messages about an account',
    async (gateway, { subject, because }, at) => {
      if (isAccountChange(because)) {
        const write = (shop: string, link: string) => writeAccountChange(because, shop, link)
        return { path: 'account/sign-up', write }
      }
      if (isAccountLoss(because)) {
        const write = (shop: string, link: string) => writeAccountLoss(because, shop, link)
        return { path: MENDED[because], write }
      }
      const link = await linkFor(gateway, subject, at.add({ minutes: LINK_MINUTES }))
      if (link === undefined) throw addressEnded()
      const write = link.isConfirmed ? writeAccountKnown : writeAccountNew
      return { path: `account/password/${link.token}`, write }
    },
  )
}
