/**
 * A back office that listens, with staff of every role and orders whose person is unmistakable. For its tests.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdingsOf } from '../../src/_holdings.ts'
import {
  accountingRecordLives,
  orderIsOpen,
  reasonIsStated,
} from '../../src/backoffice/conditions.ts'
import { navigationOver } from '../../src/backoffice/navigation.ts'
import { registerBackOffice } from '../../src/backoffice/routes.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, sql } from '../../src/base/database.ts'
import { Bug } from '../../src/base/failure.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { contentOf } from '../../src/orders/disclosures.ts'
import { changeState, findOrder, insertOrder, type Order } from '../../src/orders/order.ts'
import { beginPayment, paymentIsOpen, recordPaid } from '../../src/payments/payment.ts'
import type { Processor } from '../../src/payments/processor.ts'
import { cancelOrder, requestRefund } from '../../src/payments/refund.ts'
import { settleRefund } from '../../src/payments/unclear-refund.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import type { Gateway } from '../../src/privacy/gateway.ts'
import { fileRootKey, openKeys } from '../../src/privacy/keys.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { openVault, sealContact, sealUnderOwn } from '../../src/privacy/vault.ts'
import { easyPost } from '../../src/shipping/carriers/easypost.ts'
import { openShippingRates } from '../../src/shipping/rates.ts'
import { isShipmentOpen, requestShipment } from '../../src/shipping/shipment.ts'
import type { Role } from '../../src/staff/roles.ts'
import { startSession } from '../../src/staff/session.ts'
import { addStaff } from '../../src/staff/staff.ts'
import { testDatabase } from './database.ts'
import { listen } from './web.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

export const person = {
  firstName: 'Zyxandra',
  lastName: 'Quillfeather',
  email: 'zyx@quillfeather.example',
  phone: '+45 98 76 54 32',
  orderNote: 'Please leave it behind the blue shed',
  street: 'Umbrastræde 77',
} as const

export type Person = Readonly<Record<keyof typeof person, string>>

export const LABEL = Buffer.from('%PDF-1.7 a label')

/** A member of staff at a browser. */
export type Desk = {
  readonly id: Id
  get(path: string): Promise<Answer>
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<Answer>
}

export type Answer = {
  readonly status: number
  readonly html: string
  readonly location: string | null
  readonly headers: Headers
}

/** Opens a back office; all of it ends with the test. */
export async function openOffice(t: Ending) {
  const database = await testDatabase(t)
  let ahead = Temporal.Duration.from({ seconds: 0 })
  const clock = () => systemClock().add(ahead)
  const gateway = await openGateway(t, database, clock)
  const payments = { gateway, processor, urls: { paid: '', cancelled: '' } }
  const shipping = {
    ...{ database, gateway, clock, shopCountry: 'DK', carriers: [carrier] },
    rates: await openShippingRates(database),
  }
  const erasing = {
    ...{ database, clock, vault: gateway.vault, holdings: holdingsOf(gateway.vault) },
    endings: gateway.vault.endings,
    backupHorizonDays: 30,
    tell: async () => [],
  }
  const office = await listen(
    (server, frame) =>
      registerBackOffice(server, {
        ...{ frame, gateway, erasing, contactMonths: 36 },
        requestShipment: (orderId, by) => requestShipment(shipping, orderId, by),
        requestRefund: (asked) => requestRefund(payments, asked),
        settleRefund: (settled) => settleRefund(payments, settled),
        cancelOrder: (asked) => cancelOrder(payments, asked, async () => {}),
      }),
    { navigationOf: navigationOver(gateway) },
  )
  t.after(() => office.server.close())
  return {
    database,
    gateway,
    erasing,
    url: office.url,
    logged: office.logged,
    roster: { database, clock },
    /** Turns the clock on. */
    wait: (duration: Temporal.DurationLike) => {
      ahead = ahead.add(duration)
    },
    /** A request with or without a session. */
    ask: (path: string, options: AskOptions = {}) => ask(office.url, path, options),
    /** A new member of staff, signed in. */
    desk: (login: string, roles: readonly Role[]) =>
      openDesk(office.url, { database, clock }, login, roles),
    /** An order that has been paid. */
    paidOrder: (changes: Partial<Person> = {}) => paidOrder(payments, changes),
    /** The carrier has sent its label. */
    bookedParcel: (order: Order) => bookedParcel(gateway, order),
    deliver: (order: Order) =>
      database.transaction((tx) =>
        changeState(
          tx,
          order.id,
          ['paid', 'shipped'],
          'delivered',
          { kind: 'delivered', by: 'c' },
          clock(),
        ),
      ),
  }
}

type AskOptions = {
  readonly cookie?: string | undefined
  readonly fields?: Readonly<Record<string, string>> | undefined
}

async function ask(url: string, path: string, { cookie, fields }: AskOptions): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    redirect: 'manual',
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(fields && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(cookie && { cookie }),
    },
    ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
  })
  const { status, headers } = answer
  return { status, headers, html: await answer.text(), location: headers.get('location') }
}

async function openDesk(
  url: string,
  roster: Parameters<typeof addStaff>[0],
  login: string,
  roles: readonly Role[],
): Promise<Desk> {
  await addStaff(roster, login, roles)
  const { id } = await roster.database.one<{ id: Id }>(
    sql`select id from staff where login = ${login}`,
  )
  const cookie = `__Host-session=${await startSession(roster, id)}`
  return {
    id,
    get: (path) => ask(url, path, { cookie }),
    post: (path, fields = {}) => ask(url, path, { cookie, fields }),
  }
}

/** An order that has been paid, and no page was opened for. */
export async function paidOrder(
  payments: Parameters<typeof beginPayment>[0],
  changes: Partial<Person>,
): Promise<Order> {
  const { vault, database, clock } = payments.gateway
  const { street, ...contact } = { ...person, ...changes }
  const at = clock()
  const id = newId(at)
  const place = { line1: street, line2: '', postalCode: '8660', city: 'Skanderborg' }
  const postalAddress = { ...place, region: '', country: 'DK' }
  await database.transaction(async (tx) => {
    await sealContact(vault, tx, id, [
      Personal.of('firstName', contact.firstName),
      Personal.of('lastName', contact.lastName),
      Personal.of('email', contact.email),
      Personal.of('phone', contact.phone),
      Personal.of('orderNote', contact.orderNote),
      Personal.of('postalAddress', postalAddress),
    ])
    await insertOrder(tx, { ...terms, id, placedAt: at })
    await beginPayment(payments, tx, { ...terms, id }, newId(at), async () => undefined)
  })
  await recordPaid(payments, {
    ...{ orderReference: id, sessionId: `cs_${id}`, intentId: `pi_${id}` },
    ...{ amountMinor: terms.totalMinor, currency: terms.currency },
  })
  const order = await findOrder(database, id)
  if (order === undefined) throw new Bug('An order that was written must be found')
  return order
}

const terms = {
  ...{ itemsMinor: 9990, shippingMinor: 490, taxMinor: 2096, totalMinor: 10_480 },
  ...{ country: 'DK', currency: 'EUR', pricesIncludeTax: true, revision: '1a', language: 'en' },
  ...{ shippingMethod: 'standard', weightGrams: 1800 },
  taxes: [{ ratePpm: 250_000, netMinor: 8384, taxMinor: 2096 }],
  lines: [
    {
      ...{ position: 1, variantId: newId(systemClock()), sku: 'KETTLE-9', quantity: 2 },
      ...{ title: 'Vermilion Gooseneck Kettle', unitMinor: 4995, taxRatePpm: 250_000 },
      ...{ weightGrams: 900, hsCode: '851679', originCountry: 'CN' },
    },
  ],
}

async function bookedParcel({ vault, database, clock }: Gateway, { id }: Order): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(sql`
      update shipment set state = 'booked', booked_at = ${clock()}, company_reference = ${id}
      where order_id = ${id}`)
    await sealUnderOwn(vault, tx, id, 'shipment', [
      Personal.of('trackingNumber', 'TRACK-778899'),
      Personal.of('label', LABEL.toString('base64')),
    ])
    await changeState(tx, id, ['packed'], 'shipped', { kind: 'shipped', by: 'carrier' }, clock())
  })
}

async function openGateway(
  t: Ending,
  database: Database,
  clock: Gateway['clock'],
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-backoffice-'))
  t.after(() => rm(folder, { recursive: true }))
  const root = await fileRootKey(join(folder, 'root.key'))
  const company = { origins: [], protocolWords: '' }
  const never = () => false
  return {
    ...{ database, clock, earlier: [], contentOf, alarm: () => undefined },
    vault: openVault(
      await openKeys(database, root, join(folder, 'keys'), clock),
      openEndings(join(folder, 'keys'), clock, 30),
    ),
    companies: [
      { ...company, to: 'payment processor', name: processor.name },
      { ...company, to: 'mail relay', name: 'relay' },
      { ...company, to: 'carrier', name: carrier.name },
    ],
    conditions: {
      'the payment is open': paymentIsOpen,
      'the shipment is open': isShipmentOpen,
      'the shipment is open and leaves the customs territory': never,
      'the order is open': orderIsOpen,
      'a reason is stated': reasonIsStated,
      'the accounting record lives': accountingRecordLives,
      'an event asks for it': () => true,
      'the claim is open': never,
      'the return is open': never,
      'the order line is open': never,
      always: () => true,
    },
  }
}

const origin = 'http://localhost:9'
const place = { line1: 'Lagervej 1', line2: '', city: 'Aarhus', region: '', postalCode: '8000' }
const carrier = easyPost({
  ...{ origin, labelOrigins: [], key: 'k', webhookSecret: 's' },
  sender: { ...place, company: 'Shop', country: 'DK', phone: '+4511223344', email: 'a@b.example' },
})

/** No job runs here, so nobody calls it. */
const uncalled = () => Promise.reject(new Bug('The back office itself calls no company'))
const processor: Processor = {
  ...{ name: 'processor', start: uncalled, state: uncalled, expire: uncalled, refund: uncalled },
  refunds: uncalled,
  readWebhook: () => undefined,
}
