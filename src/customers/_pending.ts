/** A change of an account's address that waits until the link in its new mailbox is opened, a day at most. */

import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { forgetNewAddresses } from '../privacy/account-address.ts'

/** It is forgotten, and its link opens nothing any more. */
export async function endPending(on: Queries, accounts: readonly Id[]): Promise<void> {
  await on.run(sql`
    delete from account_email_change where account_id = any(${accounts}::uuid[])`)
  await forgetNewAddresses(on, accounts)
}
