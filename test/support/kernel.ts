/**
 * The privacy kernel by itself, on a fresh database: keys, vault, gateway, and a third party that answers on loopback
 * and remembers what it was sent.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Database } from '../../src/base/database.ts'
import { type Id, newId } from '../../src/base/ids.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import type { Gateway } from '../../src/privacy/gateway.ts'
import { fileRootKey, openKeys } from '../../src/privacy/keys.ts'
import { Personal } from '../../src/privacy/personal.ts'
import { openVault, sealContact, type Vault } from '../../src/privacy/vault.ts'
import { testDatabase } from './database.ts'

type Ending = { readonly after: (end: () => Promise<void>) => void }

export type Asked = {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Kernel = {
  readonly database: Database
  readonly vault: Vault
  readonly gateway: Gateway
  /** Where the third parties answer. */
  readonly origin: string
  readonly asked: Asked[]
  readonly alarms: { readonly recipient: string; readonly field: string }[]
  /** Conditions that do not hold at present. */
  readonly ended: Set<string>
}

export const person = {
  firstName: 'Zyxandra',
  lastName: 'Quillfeather',
  email: 'zyx@quillfeather.example',
  phone: '+45 98 76 54 32',
  orderNote: 'Please leave it behind the blue shed',
  postalAddress: {
    line1: 'Umbrastræde 77',
    line2: '',
    postalCode: '8660',
    city: 'Skanderborg',
    region: '',
    country: 'DK',
  },
} as const

export const contact: readonly Personal[] = [
  Personal.of('firstName', person.firstName),
  Personal.of('lastName', person.lastName),
  Personal.of('email', person.email),
  Personal.of('phone', person.phone),
  Personal.of('orderNote', person.orderNote),
  Personal.of('postalAddress', person.postalAddress),
]

export const content = ['Vermilion Gooseneck Kettle', 'KETTLE-9']

export async function openKernel(t: Ending): Promise<Kernel> {
  const database = await testDatabase(t)
  const folder = await keyFolder(t)
  const root = await fileRootKey(join(folder, 'root.key'))
  const keys = await openKeys(database, root, join(folder, 'keys'), systemClock)
  const vault = openVault(keys, openEndings(join(folder, 'keys'), systemClock, 30))
  const { origin, asked } = await listen(t)
  const alarms: { recipient: string; field: string }[] = []
  const ended = new Set<string>()
  const third = { name: 'Third', origins: [origin], protocolWords: 'shipment content-type' }
  const gateway: Gateway = {
    database,
    vault,
    clock: systemClock,
    earlier: [],
    companies: [
      { ...third, to: 'carrier' },
      { ...third, to: 'payment processor' },
      { ...third, to: 'manufacturer', origins: [origin, 'http://maker.invalid'] },
    ],
    conditions: conditionsUnless(ended),
    contentOf: () => Promise.resolve(content),
    alarm: (stopped) => alarms.push(stopped),
  }
  return { database, vault, gateway, origin, asked, alarms, ended }
}

/** A folder that ends with the test. */
export async function keyFolder(t: Ending): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-kernel-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** An order of which the vault holds the contact. */
export async function sealedOrder({ database, vault }: Kernel, of = contact): Promise<Id> {
  const id = newId(systemClock())
  await database.transaction((tx) => sealContact(vault, tx, id, of))
  return id
}

function conditionsUnless(ended: ReadonlySet<string>): Gateway['conditions'] {
  const holds = (name: string) => () => !ended.has(name)
  return {
    'the payment is open': holds('the payment is open'),
    'the shipment is open': holds('the shipment is open'),
    'the shipment is open and leaves the customs territory': holds('customs'),
    'the claim is open': holds('the claim is open'),
    'the return is open': holds('the return is open'),
    'the order line is open': holds('the order line is open'),
    'an event asks for it': holds('an event asks for it'),
    'the order is open': holds('the order is open'),
    'a reason is stated': holds('a reason is stated'),
    'the accounting record lives': holds('the accounting record lives'),
    always: () => true,
  }
}

async function listen(t: Ending): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      asked.push({ url, headers, body: Buffer.concat(chunks) })
      response.end('taken')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : ''
  return { origin: `http://127.0.0.1:${port}`, asked }
}
