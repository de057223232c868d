/**
 * The canary journey of a person's rights: data with unmistakable values is seen, taken, corrected, restricted and
 * ended, with notices to all who were given it, and then everything that the store left behind is searched.
 *
 * C2.1, C3.1: no value lies anywhere in the clear, before the end nor after it, the corrected ones included, and no
 * look-up value without its cover. C5: a company is told to erase by the references that it gave itself, and not whose
 * data it was.
 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { searchFiles, searchRows, settle } from '../support/attic.ts'
import { namesIn, searchFor } from '../support/canary.ts'
import { inbox, journal, newestOrder } from '../support/outside.ts'
import { arrived, dataLink, shipped } from '../support/own-data.ts'
import { buy } from '../support/purchase.ts'
import { fieldsOf, shopperAt } from '../support/shopper.ts'
import { testStore } from '../support/store.ts'

const PERSON = {
  email: 'quixandra.rights5q@zebrafinch-8m3.example',
  firstName: 'Quixandra7vole',
  lastName: 'Wolkensturmer9zep',
  line1: '77q Krummgasse Umbra',
  postalCode: '8660',
  city: 'Ballycanarry5x',
  phone: '+45 86 44 77 99',
  orderNote: 'Behind the turquoise heron 88q',
}
const CORRECTED = { lastName: 'Zephyrin3kolb', line1: '41v Glimmerweg Ostara' }
const COMPANIES = ['privacy@carrier.example', 'privacy@processor.example', 'privacy@relay.example']

const store = await testStore({ after }, { embedded: true })
const visitor = shopperAt(store.url)
// Of the postal code too little would be too much.
const { postalCode: _, ...values } = PERSON
const search = searchFor({
  ...values,
  newLastName: CORRECTED.lastName,
  newLine1: CORRECTED.line1,
  invoiceName: `${PERSON.firstName} ${PERSON.lastName}`,
  newInvoiceName: `${PERSON.firstName} ${CORRECTED.lastName}`,
})
const { keys } = store.gateway.vault
const uncovered = searchFor({
  email: keys.lookUp('email', PERSON.email),
  phone: keys.lookUp('phone', PERSON.phone.replaceAll(' ', '')),
  lastName: keys.lookUp('lastName', PERSON.lastName.toLowerCase()),
  newLastName: keys.lookUp('lastName', CORRECTED.lastName.toLowerCase()),
  postalCode: keys.lookUp('postalCode', PERSON.postalCode),
})
let data = ''

async function nothingIsLeft(): Promise<void> {
  await settle(store)
  const all = (bytes: Buffer) => [...search(bytes), ...uncovered(bytes)]
  assert.deepEqual((await searchRows(store, all)).found, [])
  const { files, found } = await searchFiles(store, all)
  assert.deepEqual(found, [])
  assert.ok(files.some((file) => file.includes('/pg_wal/')))
}

before(async () => {
  await buy(store, { contact: PERSON })
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)
  data = (await dataLink(store, PERSON.email)).pathname
})

test('C2.1 what was seen, taken, corrected and restricted is left nowhere in the clear', async () => {
  const { text } = await visitor.get(data)
  for (const value of Object.values(PERSON)) assert.ok(text.includes(value), value)
  for (const kind of ['json', 'csv', 'pdf'])
    assert.equal((await visitor.get(`${data}.${kind}`)).status, 200)
  const rights = /href="([^"]+)">Correct or restrict/.exec(text)?.[1] ?? ''
  const page = await visitor.get(rights)
  const corrected = { ...fieldsOf(page.text), ...CORRECTED }
  assert.match((await visitor.post(`${rights}/correction`, corrected)).text, /It is corrected/)
  const wrong = { ...corrected, phone: `${PERSON.phone} ${PERSON.email}` }
  assert.equal((await visitor.post(`${rights}/correction`, wrong)).status, 422)
  assert.match((await visitor.post(`${rights}/restriction`, {})).text, /restricted from now on/)
  await visitor.post(`${rights}/restriction/end`, {})
  assert.ok((await visitor.get(data)).text.includes(CORRECTED.lastName))
  await nothingIsLeft()
})

test('C3.1 what was ended is left nowhere, and its receipt and notices say nothing of it', async () => {
  const waiting = await visitor.post(`${data}/erasure`, { when: 'later' })
  assert.match(waiting.text, /A deletion that waits/)
  const receipt = await visitor.post(`${data}/erasure`, { when: 'now' })
  assert.match(receipt.text, /Receipt of a deletion/)
  assert.deepEqual(search(Buffer.from(receipt.text)), [])
  await store.work()
  await nothingIsLeft()
})

test('C5 each company is asked to erase, by its own references and no value', async () => {
  for (const company of COMPANIES) {
    const [mail, ...others] = await inbox(store, company)
    assert.deepEqual(others, [])
    assert.match(mail?.subject ?? '', /please erase \(art\. 19 GDPR\)/)
    assert.deepEqual(search(Buffer.from(JSON.stringify(mail))), [])
  }
})

test('C5 of all of it the mail relay was told the e-mail address alone', async () => {
  const told = Buffer.from(JSON.stringify(await journal(store, 'mail')))
  assert.deepEqual(namesIn(search(told)), ['email'])
})
