/**
 * A purchase in a browser, with JavaScript and without: from the first page to a refund, the back office included.
 *
 * The store, its database, the processor, the carrier and the mail relay are real or the sandbox's; nothing is
 * shortened. Each page is looked at on a telephone and on a desk.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addStaff } from '../../src/staff/staff.ts'
import { openBrowser } from '../support/browser.ts'
import { cookieNames, titled, type Visitor, visit } from '../support/eyes.ts'
import { inbox } from '../support/outside.ts'
import { wordsOfPdf } from '../support/pdf.ts'
import { demoStore } from '../support/window.ts'

const FIELD_LIMIT = 8
const DECLINED = '4000 0000 0000 0002'
const GOOD = '4242 4242 4242 4242'

type Contact = Readonly<Record<'email' | 'firstName' | 'lastName', string>>

const person = {
  email: 'ada.lovelace@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  line1: 'Analytical Row 12',
  postalCode: '0150',
  city: 'Oslo',
  phone: '+47 22 33 44 55',
} as const

const store = await demoStore({ after })
const browser = await openBrowser()
after(() => browser.close())

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without'
  test(`a guest buys, is sent the parcel and refunded, ${how} JavaScript`, async () => {
    const shopper = await visit(browser, store, { javaScript })
    const staff = await visit(browser, store, { javaScript })
    const email = `${how}.${person.email}`
    await lookAround(shopper)
    await fillCart(shopper)
    await checkOut(shopper, { ...person, email })
    await pay(shopper)
    await readConfirmation(email)
    await signIn(staff, javaScript ? 'mia' : 'noa')
    await findOrder(staff, email)
    await ship(staff)
    assert.match((await inbox(store, email))[0]?.subject ?? '', /is on its way/)
    await deliver(shopper)
    await refundPart(staff)
    await seeOrder(shopper)
    await signOut(staff)
    await shopper.checkAll()
    await staff.checkAll()
    await shopper.context.close()
    await staff.context.close()
  })
}

async function lookAround({ page, context, look }: Visitor): Promise<void> {
  for (const path of [
    '/',
    '/privacy',
    '/privacy/revisions',
    '/privacy/transparency',
    '/imprint',
    '/security',
    '/search?q=kettle',
    '/cart',
    '/no',
  ]) {
    await page.goto(new URL(path, store.url).href)
    await look()
  }
  await page.goto(store.url.href)
  await page.getByRole('navigation', { name: 'Shop' }).getByText('Coffee & Tea').click()
  await look()
  await page.getByRole('link', { name: 'Stovetop kettle' }).click()
  await look()
  assert.deepEqual(await cookieNames(context), [], 'C1: looking around sets no cookie')
}

async function fillCart({ page, context, look }: Visitor): Promise<void> {
  await page.getByLabel('Matte black').check()
  await page.getByRole('button', { name: 'Add to cart' }).click()
  assert.deepEqual(await cookieNames(context), ['__Host-cart'])
  await page.goto(new URL('/products/kitchen-knife', store.url).href)
  await page.getByRole('button', { name: 'Add to cart' }).click()
  const kettle = page.getByRole('row', { name: /Stovetop kettle/ })
  await kettle.getByLabel(/Quantity of/).fill('2')
  await kettle.getByRole('button', { name: 'Update' }).click()
  assert.match((await kettle.textContent()) ?? '', /€128\.00/)
  await look()
  await page.getByRole('button', { name: 'Remove Kitchen knife, 20 cm' }).click()
  await page.getByLabel('Deliver to').selectOption({ label: 'Norway' })
  await page.getByRole('button', { name: 'Show delivery prices' }).click()
  const text = await said(page)
  assert.doesNotMatch(text, /Kitchen knife/)
  assert.match(text, /Total with Standard €144\.90/)
  await look()
  await page.getByRole('link', { name: 'To the checkout' }).click()
}

async function checkOut({ page, look }: Visitor, contact: Contact): Promise<void> {
  assert.match(await said(page), /Total with Standard: €144\.90/)
  assert.ok((await visibleFields(page)) <= FIELD_LIMIT)
  await look()
  await page.getByLabel('First name').fill(contact.firstName)
  await page.getByLabel('E-mail').fill('ada at example')
  await page.getByRole('button', { name: 'Order and pay' }).click()
  await titled(page, /^Error: Checkout/)
  assert.equal(await page.evaluate('document.activeElement.className'), 'error-summary')
  assert.equal(await page.getByLabel('First name').inputValue(), contact.firstName)
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada at example')
  await look()
  await page.getByRole('link', { name: 'Enter your last name' }).click()
  assert.equal(await page.evaluate('document.activeElement.id'), 'lastName')
  for (const [name, value] of Object.entries(contact)) await page.locator(`#${name}`).fill(value)
  await page.getByText('Add a second address line or a note').click()
  await page.getByLabel('Note to the shop').fill('Please ring twice.')
  await page.getByRole('button', { name: 'Order and pay' }).click()
  await page.waitForURL(/\/pay\//)
}

/** The page's words, without its header and footer. */
async function said(page: Page): Promise<string> {
  return (await page.getByRole('main').textContent()) ?? ''
}

/** A choice among radio buttons is one field. */
async function visibleFields(page: Page): Promise<number> {
  const fields = page.locator('form[action="/checkout"]').locator('input, select, textarea')
  const names = new Set<string>()
  for (const field of await fields.all()) {
    if (await field.isVisible()) names.add((await field.getAttribute('name')) ?? '')
  }
  return names.size
}

async function pay({ page, look }: Visitor): Promise<void> {
  assert.doesNotMatch(await page.content(), /Ada|Lovelace|Oslo/)
  await page.getByLabel('Card number').fill(DECLINED)
  await page.getByRole('button', { name: 'Pay' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /declined/)
  await page.getByLabel('Card number').fill(GOOD)
  await page.getByRole('button', { name: 'Pay' }).click()
  await page.waitForURL(/\/orders\//)
  const text = await said(page)
  assert.match(text, /Your order is paid/)
  assert.match(text, /payment processor: Stripe/)
  await look()
}

async function readConfirmation(email: string): Promise<void> {
  await store.work()
  const [mail] = await inbox(store, email)
  const link = /http\S+\/orders\/\S+/.exec(mail?.text ?? '')?.[0] ?? ''
  const other = await browser.newContext()
  const page = await other.newPage()
  await page.goto(link)
  assert.match(await said(page), /Analytical Row 12/)
  assert.deepEqual(await cookieNames(other), [])
  await other.close()
}

async function signIn({ page, look }: Visitor, name: string): Promise<void> {
  const { database, payments } = store
  const roster = { database, clock: payments.gateway.clock }
  const { login, password } = await addStaff(roster, name, ['packing', 'service', 'accounts'])
  await page.goto(new URL('/admin', store.url).href)
  await look()
  await page.getByLabel('Sign-in name').fill(login)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  await look()
}

async function findOrder({ page, look }: Visitor, email: string): Promise<void> {
  for (const wanted of [person.lastName, email]) {
    await page.getByLabel('Find an order').fill(wanted)
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('heading', { name: /^Order/ }).waitFor()
    assert.doesNotMatch(page.url(), /lovelace/i)
  }
  await look()
}

async function ship({ page, look }: Visitor): Promise<void> {
  await page.getByRole('button', { name: 'Mark as packed' }).click()
  await page.getByRole('button', { name: 'Book the parcel' }).click()
  await store.work()
  await page.reload()
  await page.getByRole('button', { name: 'Show for packing' }).click()
  assert.match(
    (await page.locator('#person').textContent()) ?? '',
    /Ada[\s\S]*Analytical Row 12[\s\S]*Norway/,
  )
  await look()
  const label = await page.getByRole('link', { name: 'Label (PDF)' }).getAttribute('href')
  const answer = await page.request.get(new URL(label ?? '', store.url).href)
  assert.equal(answer.headers()['content-type'], 'application/pdf')
  assert.match(
    wordsOfPdf(await answer.body()),
    /Ada Lovelace[\s\S]*Analytical Row 12[\s\S]*0150 Oslo/,
  )
}

/** The carrier's own page, whose button makes it tell the store. */
async function deliver({ page }: Visitor): Promise<void> {
  const order = page.url()
  await page.goto(new URL('/carrier', store.sandbox).href)
  await page.getByRole('button', { name: 'Delivered' }).first().click()
  await page
    .getByRole('heading', { name: /: Delivered/ })
    .first()
    .waitFor()
  await store.work()
  await page.goto(order)
  assert.match(await said(page), /Your parcel has been delivered/)
}

async function refundPart({ page }: Visitor): Promise<void> {
  await page.goto(page.url().replace(/\/looks.*$/, ''))
  await page.getByText('Refund', { exact: true }).first().click()
  await page.getByLabel('Amount in EUR').fill('1000')
  await page.getByRole('button', { name: 'Refund' }).click()
  await titled(page, /^Error: Order/)
  await page.getByLabel('Amount in EUR').fill('10.50')
  await page.getByRole('button', { name: 'Refund' }).click()
  await store.work()
}

async function seeOrder({ page, look }: Visitor): Promise<void> {
  await page.reload()
  const text = await said(page)
  assert.match(text, /Refunded−€10\.50/)
  assert.match(text, /carrier: EasyPost/)
  assert.match(text, /seen by one of us/)
  await look()
}

async function signOut({ page, context }: Visitor): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.deepEqual(await cookieNames(context), [])
}

async function cancelAtProcessor(shopper: Visitor, javaScript: boolean): Promise<void> {
  const { page, look } = shopper
  await page.getByRole('link', { name: 'Cancel' }).click()
  if (!javaScript) {
    await page.getByRole('heading', { name: 'You have not paid' }).waitFor()
    await look()
    await page.getByRole('button', { name: 'End the payment' }).click()
  }
  await page.getByRole('heading', { name: 'The payment was cancelled' }).waitFor()
  await look()
}

for (const javaScript of [true, false]) {
  const how = javaScript ? '' : ', without scripts too'
  test(`C5 a page says what the processor is told; who cancels there finds the cart as it was${how}`, () =>
    cancelling(javaScript))
}

async function cancelling(javaScript: boolean): Promise<void> {
  const shopper = await visit(browser, store, { javaScript })
  const { page, look } = shopper
  await page.goto(new URL('/products/kitchen-knife', store.url).href)
  await page.getByRole('button', { name: 'Add to cart' }).click()
  await page.getByRole('link', { name: 'To the checkout' }).click()
  const contact = { ...person, postalCode: '1050', city: 'Copenhagen' }
  for (const [name, value] of Object.entries(contact)) await page.locator(`#${name}`).fill(value)
  // Answered so, the browser stays where it is.
  await page.route(`${store.sandbox.origin}/**`, (route) => route.fulfill({ status: 204 }))
  await page.getByRole('button', { name: 'Order and pay' }).click()
  await page.getByRole('heading', { name: 'To the payment' }).waitFor()
  await page.waitForLoadState()
  await look()
  await page.unroute(`${store.sandbox.origin}/**`)
  await page.getByRole('link', { name: 'Go on to the payment' }).click()
  await cancelAtProcessor(shopper, javaScript)
  await page.getByRole('link', { name: 'Back to the cart' }).click()
  assert.match(await said(page), /Kitchen knife/)
  await shopper.checkAll()
  await shopper.context.close()
}
