/**
 * A shop with a packed order, a carrier in the sandbox, and what its journal says. For the tests of shipping.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { systemClock } from '../../src/base/clock.ts'
import { type Database, sql } from '../../src/base/database.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { isAnnouncedEvent } from '../../src/orders/announce.ts'
import { contentOf } from '../../src/orders/disclosures.ts'
import { changeState, insertOrder, type OrderLine } from '../../src/orders/order.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import type { Company, Gateway } from '../../src/privacy/gateway.ts'
import { fileRootKey, openKeys } from '../../src/privacy/keys.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { openVault, sealContact } from '../../src/privacy/vault.ts'
import type { Carrier } from '../../src/shipping/carrier.ts'
import {
  type EasyPostSettings,
  easyPost,
  easyPostCompany,
} from '../../src/shipping/carriers/easypost.ts'
import { openShippingRates } from '../../src/shipping/rates.ts'
import {
  isShipmentOpen,
  leavesCustomsTerritory,
  type Shipping,
} from '../../src/shipping/shipment.ts'
import { testDatabase } from './database.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

export type Hook = { readonly rawBody: Buffer; readonly headers: IncomingHttpHeaders }

export type Shop = Shipping & {
  readonly settings: EasyPostSettings
  /** What the search of outgoing bytes stopped. */
  readonly alarms: { readonly field: string }[]
  /** Everything that the sandbox's carrier was sent. */
  readonly journal: () => Promise<readonly { method: string; path: string; body: string }[]>
  readonly control: (path: string, body: object) => Promise<void>
  /** The webhooks that arrived, oldest first. */
  readonly hooks: Hook[]
}

const KEY = 'EZTK_test'
const SECRET = 'sécret'
const RELAY: Company = { to: 'mail relay', name: 'relay', origins: [], protocolWords: '' }
const never = () => false

export const buyer = {
  firstName: 'Zyxandra',
  lastName: 'Quillfeather',
  email: 'zyx@quillfeather.example',
  phone: '+45 98 76 54 32',
  orderNote: 'Please leave it behind the blue shed',
} as const

export const street = {
  line1: 'Umbrastræde 77',
  line2: '',
  postalCode: '8660',
  city: 'Skanderborg',
}

export const line: OrderLine = {
  position: 1,
  variantId: newId(systemClock()),
  sku: 'KETTLE-9',
  title: 'Vermilion Gooseneck Kettle, Matte black',
  quantity: 2,
  unitMinor: 4995,
  taxRatePpm: 250_000,
  weightGrams: 900,
  hsCode: '851679',
  originCountry: 'CN',
}

/** Opens a shop whose carrier is the sandbox; all of it ends with the test. */
export async function openShop(
  t: Ending,
  carrier: (real: Carrier, settings: EasyPostSettings) => Carrier = (real) => real,
): Promise<Shop> {
  const hooks: Hook[] = []
  const storeUrl = await listenForHooks(t, hooks)
  const credentials = { key: KEY, webhookSecret: SECRET }
  const ports = { port: 0, smtpPort: 0, folder: null }
  const easypost = credentials
  const sandbox = await startSandbox({ ...ports, storeUrl, stripe: credentials, easypost })
  t.after(() => sandbox.close())
  const settings = settingsFor(sandbox.url)
  const alarms: { field: string }[] = []
  const database = await testDatabase(t)
  const gateway = await openGateway(t, database, settings, (stopped) => alarms.push(stopped))
  return {
    database,
    gateway,
    clock: systemClock,
    rates: await openShippingRates(database),
    carriers: [carrier(easyPost(settings), settings)],
    shopCountry: 'DK',
    settings,
    alarms,
    hooks,
    journal: async () => {
      const answer = await fetch(`${sandbox.url}/journal.json?service=carrier`)
      return JSON.parse(await answer.text())
    },
    control: async (path, body) => {
      const asked = { method: 'POST', body: JSON.stringify(body) }
      const headers = { 'content-type': 'application/json' }
      await fetch(`${sandbox.url}/control/${path}`, { ...asked, headers })
    },
  }
}

/** An order that has been paid and packed. */
export async function packedOrder(
  { database, gateway }: Shop,
  country = 'DK',
  lines: readonly OrderLine[] = [line],
): Promise<Id> {
  const at = systemClock()
  const id = newId(at)
  const address = { ...street, region: '', country }
  await database.transaction(async (tx) => {
    await sealContact(gateway.vault, tx, id, [
      Personal.of('firstName', buyer.firstName),
      Personal.of('lastName', buyer.lastName),
      Personal.of('email', buyer.email),
      Personal.of('phone', buyer.phone),
      Personal.of('orderNote', buyer.orderNote),
      Personal.of('postalAddress', address),
    ])
    const amounts = { itemsMinor: 9990, shippingMinor: 490, taxMinor: 2096, totalMinor: 10_480 }
    const terms = { currency: 'EUR', pricesIncludeTax: true, taxes: [], revision: '1a' }
    const box = { shippingMethod: 'standard', weightGrams: 1800, language: 'en' }
    await insertOrder(tx, { id, placedAt: at, country, ...amounts, ...terms, ...box, lines })
    const by = 'store'
    await changeState(tx, id, ['awaiting payment'], 'paid', { kind: 'paid', by }, at)
    await changeState(tx, id, ['paid'], 'packed', { kind: 'packed', by }, at)
  })
  return id
}

export async function stateOf({ database }: Shop, id: Id): Promise<string> {
  const row = await database.one<{ state: string }>(sql`select state from orders where id = ${id}`)
  return row.state
}

function settingsFor(url: string): EasyPostSettings {
  return {
    origin: url,
    labelOrigins: [],
    key: KEY,
    webhookSecret: SECRET,
    sender: {
      company: 'Tacet Demonstration',
      line1: 'Lagervej 1',
      line2: '',
      city: 'Aarhus',
      region: '',
      postalCode: '8000',
      country: 'DK',
      phone: '+4511223344',
      email: 'shop@tacet.example',
    },
  }
}

async function openGateway(
  t: Ending,
  database: Database,
  settings: EasyPostSettings,
  alarm: Gateway['alarm'],
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-shipping-'))
  t.after(() => rm(folder, { recursive: true }))
  const root = await fileRootKey(join(folder, 'root.key'))
  const keys = await openKeys(database, root, join(folder, 'keys'), systemClock)
  return {
    database,
    vault: openVault(keys, openEndings(join(folder, 'keys'), systemClock, 30)),
    clock: systemClock,
    companies: [easyPostCompany(settings), RELAY],
    conditions: {
      'the shipment is open': isShipmentOpen,
      'the shipment is open and leaves the customs territory': leavesCustomsTerritory('DK'),
      'the order is open': () => true,
      'the payment is open': never,
      'the claim is open': never,
      'the return is open': never,
      'the order line is open': never,
      'an event asks for it': (_, { because }) => isAnnouncedEvent(because),
      'a reason is stated': never,
      'the accounting record lives': never,
      always: () => true,
    },
    earlier: [],
    contentOf,
    alarm,
  }
}

async function listenForHooks(t: Ending, hooks: Hook[]): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      hooks.push({ rawBody: Buffer.concat(chunks), headers: request.headers })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://localhost:${typeof address === 'object' ? address?.port : ''}`
}
