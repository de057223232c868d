/** What jobs do, each by the domain that knows how. */

import type { Task, TaskName } from './base/jobs.ts'
import type { Config } from './config/config.ts'
import { sendAccountLinkTask } from './mail/account-link.ts'
import { sendDataLinkTask } from './mail/data-link.ts'
import { sendErasureNoticeTask } from './mail/erasure-notice.ts'
import { tellFormerAddressTask } from './mail/former-address.ts'
import { sendJoiningLinkTask } from './mail/joining-link.ts'
import { confirmNewAddressTask } from './mail/new-address.ts'
import { sendMessageTask } from './mail/task.ts'
import { carryOutRefund } from './payments/refund.ts'
import { gather } from './privacy/mailbox.ts'
import { bookShipment, giveUpShipment } from './shipping/shipment.ts'
import type { Store } from './store.ts'

export function tasksOf(
  store: Store,
  { shop, publicUrl }: Config,
): Readonly<Record<TaskName, Task>> {
  const { gateway, payments, shipping, parties } = store
  const mailing = { gateway, relay: parties.relay, shopName: shop.name, publicUrl }
  return {
    'send message': sendMessageTask(mailing),
    'send data link': sendDataLinkTask(mailing),
    'send account link': sendAccountLinkTask(mailing),
    'confirm new address': confirmNewAddressTask(mailing),
    'tell former address': tellFormerAddressTask(mailing),
    'send erasure notice': sendErasureNoticeTask(mailing),
    'send joining link': sendJoiningLinkTask(mailing),
    'gather orders': ({ order }) => gather(store.erasing, order),
    refund: (payload, attempt) => carryOutRefund(payments, payload, attempt),
    async 'book shipment'(payload, attempt) {
      try {
        await bookShipment(shipping, payload)
      } catch (error) {
        if (!attempt.isLast) throw error
        await giveUpShipment(shipping, payload)
      }
    },
  }
}
