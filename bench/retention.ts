/**
 * Retention: how long it takes to end a month of the books with a million orders, five years later, by the store's own
 * run. Contacts have ended by then, as they do when the shop's period is over; what that takes an order is asked too.
 * Accounts made in that month are still there: what is sealed for them stays.
 */

import { systemClock } from '../src/base/clock.ts'
import { type Database, sql } from '../src/base/database.ts'
import type { Id } from '../src/base/ids.ts'
import { runRetention } from '../src/privacy/retention.ts'
import { newestOrder } from '../test/support/outside.ts'
import { buy } from '../test/support/purchase.ts'
import { type TestStore, testStore } from '../test/support/store.ts'
import { ALL, BOOKS, copyOrder } from './_history.ts'
import type { Finding } from './_report.ts'

const ORDERS = 1_000_000
const CONTACTS = 2000
const ACCOUNTS = 1000
const MOST_SECONDS = 5

export async function measureRetention(): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  try {
    const store = await testStore({ after: (end) => ends.push(end) }, { embedded: true })
    await buy(store)
    const order = await newestOrder(store)
    const { database } = store
    await database.run(sql`update orders set state = 'delivered' where id = ${order}`)
    const contacts = await measureContacts(store, order)
    const from = monthsAgo(62)
    const began = performance.now()
    await copyOrder(database, order, { count: ORDERS, from, tables: BOOKS, isOver: true })
    await addAccounts(database, from)
    const seconds = (performance.now() - began) / 1000
    const month = from.toString().slice(0, 7)
    const ended = await running(store)
    if (!ended.months.includes(month)) throw new Error(`The month ${month} did not end`)
    return [
      {
        claim: `Ending a month of ${ORDERS.toLocaleString('en')} orders`,
        measured: ended.seconds,
        unit: ' s',
        goal: { most: MOST_SECONDS },
        notes: [`its rows were made in ${seconds.toFixed(0)} s, with ${ACCOUNTS} accounts`],
      },
      contacts,
    ]
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Orders whose contact is over, each with keys, sealed values, look-up values and disclosures. */
async function measureContacts(store: TestStore, order: Id): Promise<Finding> {
  const copies = { count: CONTACTS, from: monthsAgo(40), tables: ALL }
  await copyOrder(store.database, order, copies)
  const { contacts, seconds } = await running(store)
  if (contacts !== CONTACTS) throw new Error(`${contacts} contacts ended, not ${CONTACTS}`)
  return {
    claim: 'Ending the contact of an order whose time is over',
    measured: (seconds * 1000) / contacts,
    unit: ' ms',
    notes: [`${contacts} of them in one run`],
  }
}

async function running({ retaining }: TestStore) {
  const began = performance.now()
  const ended = await runRetention(retaining)
  if (typeof ended === 'string') throw new Error(`Retention did not run: ${ended}`)
  return { ...ended, seconds: (performance.now() - began) / 1000 }
}

/** Its second day, as long as all of its orders take. */
function monthsAgo(months: number): Temporal.Instant {
  const now = systemClock().toZonedDateTimeISO('UTC').startOfDay()
  return now.subtract({ months }).with({ day: 2 }).toInstant()
}

async function addAccounts(database: Database, from: Temporal.Instant): Promise<void> {
  const at = from.epochMilliseconds
  await database.run(sql`
    with person as (
      insert into data_key (id, kind, generation, wrapped)
      select (lpad(to_hex(${at}::bigint), 12, '0') || '7aaa8' || lpad(to_hex(n), 15, '0'))::uuid,
        'person', 1, '\\x00'
      from generate_series(1::bigint, ${ACCOUNTS}::bigint) as n returning id
    )
    insert into sealed_record (subject, kind, key_id, names, sealed, revision)
    select id, 'account', id, '{email}', array['\\x00'::bytea], '1a' from person`)
}
