/** Somebody with many orders: enough that those which are closed lie under the key of their mailbox. */

import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { changeState } from '../../src/orders/order.ts'
import { emailLookUp } from '../../src/privacy/look-ups.ts'
import { MANY } from '../../src/privacy/mailbox.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { paidOrder } from './backoffice.ts'
import type { TestStore } from './store.ts'

export type Regular = {
  readonly closed: readonly Id[]
  /** One that is not delivered yet. */
  readonly open: Id
  readonly digest: Buffer
}

export async function regular(store: TestStore, email: string, count = MANY): Promise<Regular> {
  const { vault } = store.gateway
  const closed: Id[] = []
  for (let n = 0; n < count; n += 1) {
    const { id } = await paidOrder(store.payments, { email })
    await deliver(store, id)
    closed.push(id)
  }
  const { id: open } = await paidOrder(store.payments, { email })
  await store.work()
  return { closed, open, digest: emailLookUp(vault, Personal.of('email', email)) }
}

export async function deliver({ database, gateway }: TestStore, order: Id): Promise<void> {
  const event = { kind: 'delivered', by: 'carrier' } as const
  await database.transaction((tx) =>
    changeState(tx, order, ['paid'], 'delivered', event, gateway.clock()),
  )
}

/** How many of the orders are under the key of a mailbox. */
export async function underMailbox(
  { database }: TestStore,
  orders: readonly Id[],
): Promise<number> {
  const { n } = await database.one<{ n: number }>(sql`
    select count(*) as n from data_key
    where id = any(${orders}::uuid[]) and mailbox is not null`)
  return n
}

/** How much is left of them. */
export async function rowsOf({ database }: TestStore, orders: readonly Id[]): Promise<number> {
  const { n } = await database.one<{ n: number }>(sql`
    select (select count(*) from data_key where id = any(${orders}::uuid[]))
      + (select count(*) from blind_index where subject = any(${orders}::uuid[]))
      + (select count(*) from disclosure where subject = any(${orders}::uuid[])) as n`)
  return n
}
