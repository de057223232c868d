/**
 * The task "tell former address": whoever reads the address that an order or an account had before hears that it was
 * changed, since it may have been done in vain or in bad faith (art. 16 GDPR). The new address is not told to them.
 *
 * @see announceFormer in orders/data-link.ts, changeAddress in customers/email-change.ts
 */

import type { Task } from '../base/jobs.ts'
import { isAddressChange } from '../customers/email-change.ts'
import { forgetFormer } from '../privacy/rectification.ts'
import { linkTask } from './_link-task.ts'
import { writeFormerAddress, writeFormerOfAccount } from './messages.ts'
import type { Mailing } from './task.ts'

/** When it was told, or cannot be, the address is forgotten. */
export function tellFormerAddressTask(mailing: Mailing): Task {
  const tell = linkTask(mailing, 'notice to a former address', async (_, { because }) => ({
    path: 'imprint',
    write: isAddressChange(because) ? writeFormerOfAccount : writeFormerAddress,
  }))
  return async (payload, attempt) => {
    await tell(payload, attempt)
    await forgetFormer(mailing.gateway.database, payload.order)
  }
}
