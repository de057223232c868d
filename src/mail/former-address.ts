/**
 * The task "tell former address": whoever reads the address that an order had before hears that it was corrected, since
 * it may have been done in vain or in bad faith (art. 16 GDPR). The new address is not told to them.
 *
 * @see announceFormer in orders/data-link.ts
 */

import type { Task } from '../base/jobs.ts'
import { forgetFormer } from '../privacy/rectification.ts'
import { linkTask } from './_link-task.ts'
import { writeFormerAddress } from './messages.ts'
import type { Mailing } from './task.ts'

/** When it was told, or cannot be, the address is forgotten. */
export function tellFormerAddressTask(mailing: Mailing): Task {
  const letter = { path: 'imprint', write: writeFormerAddress }
  const tell = linkTask(mailing, 'notice to a former address', async () => letter)
  return async (payload, attempt) => {
    await tell(payload, attempt)
    await forgetFormer(mailing.gateway.database, payload.order)
  }
}
