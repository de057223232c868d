/**
 * A guest who ordered twice sees what is held about them, takes it, ends it, and checks the receipt: in a browser, by a
 * link to their own address, without an account (C3.1, C3.2, C5).
 */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { sequence } from '../../src/privacy/sequencer.ts'
import { verifyReceipt } from '../../verify/verify.mjs'
import { searchRows } from '../support/attic.ts'
import { openBrowser } from '../support/browser.ts'
import { searchFor } from '../support/canary.ts'
import { visit } from '../support/eyes.ts'
import { newestOrder } from '../support/outside.ts'
import { arrived, linkIn, linksOf, shipped } from '../support/own-data.ts'
import { buy } from '../support/purchase.ts'
import { type TestStore, testStore } from '../support/store.ts'

const PERSON = {
  email: 'quixandra.7q4x@zebrafinch-9k2.example',
  firstName: 'Quixandra7vole',
  lastName: 'Wolkensturmer9zep',
  line1: '77q Krummgasse Umbra',
  postalCode: '8660',
  city: 'Ballycanarry5x',
  phone: '+45 86 44 77 99',
  orderNote: 'Behind the turquoise heron 88q',
}

test('C3.1 a guest sees all of it, takes it, ends it, and checks the receipt', async (t) => {
  const store = await testStore(t)
  // Of the postal code too little would be too much.
  const { postalCode: _, ...values } = PERSON
  const search = searchFor(values)
  await buy(store, { contact: PERSON })
  const first = await newestOrder(store)
  await shipped(store, first)
  await arrived(store, first)
  await buy(store, { contact: PERSON })
  await store.work()

  await using browser = await openBrowser()
  const { page, look, checkAll } = await visit(browser, store, { javaScript: true })
  await openOwnData(store, page)
  await page.getByRole('heading', { name: 'What we hold about you' }).waitFor()
  for (const value of Object.values(PERSON)) await page.getByText(value).first().waitFor()
  await page.locator('details').first().locator('summary').click()
  await look()

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download as JSON' }).click(),
  ])
  const taken = await readFile(await download.path(), 'utf8')
  for (const value of Object.values(PERSON)) assert.ok(taken.includes(value), value)

  assert.deepEqual((await searchRows(store, search)).found, [])
  await page.getByRole('link', { name: 'Have it deleted' }).click()
  await page.getByRole('heading', { name: 'Stays for a while' }).waitFor()
  await look()
  await page.getByRole('button', { name: 'Delete it for good' }).click()
  await page.getByRole('heading', { name: 'Receipt of a deletion' }).waitFor()
  await sequence(store.ledger)
  await page.reload()
  await page.getByText('under a signed checkpoint').waitFor()
  await look()

  const [receipt] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the receipt' }).click(),
  ])
  const { entry } = await verifyReceipt(
    await readFile(await receipt.path(), 'utf8'),
    store.ledger.signer.text,
  )
  assert.equal(entry.kind, 'erased')
  assert.deepEqual((await searchRows(store, search)).found, [])
  await page.getByRole('link', { name: 'Receipt 1 of what ends later' }).click()
  await page.getByText('the order is still open').waitFor()
  await look()
  await checkAll()
})

async function openOwnData(store: TestStore, page: Page): Promise<void> {
  await page.goto(store.url.href)
  await page.getByRole('link', { name: 'Your data' }).click()
  await page.getByLabel('E-mail').fill(PERSON.email)
  const before = await linksOf(store)
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor()
  await page.goto((await linkIn(store, PERSON.email, before)).href)
}
