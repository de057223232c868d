/**
 * What an account is good for, in a browser, with JavaScript and without: addresses, a filled checkout, its orders, a
 * guest's order that joins, all that is held, and the end. Each page is looked at on a telephone and on a desk.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accountLinks, untilLinks } from '../support/account.ts'
import { openBrowser } from '../support/browser.ts'
import { cookieNames, titled, type Visitor, visit } from '../support/eyes.ts'
import { inbox } from '../support/outside.ts'
import { ADA, buy } from '../support/purchase.ts'
import { openAccount, PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const browser = await openBrowser()
after(() => browser.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click()
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).click()
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name }).first().waitFor()

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without'
  test(`C3.1 an account keeps addresses and orders, and ends, ${how} JavaScript`, async () => {
    const email = `${how}.scripts@belongings.example`
    const guest = `guest-${email}`
    await openAccount(store.gateway, email)
    const { page: order } = await buy(store, { contact: { ...ADA, email: guest } })
    const visitor = await visit(browser, store, { javaScript })
    await signIn(visitor, email)
    await keepAddresses(visitor)
    await checkOut(visitor, email)
    await askOnPage(visitor, order.url)
    await joinOrder(visitor, guest)
    await seeOwnData(visitor)
    await endAccount(visitor)
    await visitor.checkAll()
    assert.deepEqual(
      (await cookieNames(visitor.context)).filter((name) => name !== '__Host-session'),
      ['__Host-cart', '__Host-payment'],
    )
    await visitor.context.close()
  })
}

async function signIn({ page }: Visitor, email: string): Promise<void> {
  await page.goto(new URL('/account/addresses', store.url).href)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await button(page, /^Sign in$/)
  await heading(page, 'Your addresses')
}

async function keepAddresses({ page, look }: Visitor): Promise<void> {
  await look()
  await link(page, 'Add an address')
  await button(page, 'Keep this address')
  await titled(page, /^Error: /)
  await look()
  for (const line1 of ['12 Analytical Row', '7 Engine Yard']) {
    await page.goto(new URL('/account/addresses/new', store.url).href)
    await look()
    await page.getByLabel('First name').fill('Ada')
    await page.getByLabel('Last name').fill('Lovelace')
    await page.getByLabel('Street and number').fill(line1)
    await page.getByLabel('Postal code').fill('1050')
    await page.getByLabel('Town or city').fill('Copenhagen')
    await button(page, 'Keep this address')
    await page.getByRole('status').waitFor()
  }
  await button(page, /Make it the default/)
  await heading(page, 'Your addresses')
  await look()
}

async function checkOut({ page, look }: Visitor, email: string): Promise<void> {
  await page.goto(new URL('/products/teapot', store.url).href)
  await button(page, /cart/i)
  await page.goto(new URL('/checkout?country=DK', store.url).href)
  assert.equal(await page.getByLabel('E-mail').inputValue(), email)
  assert.equal(await page.getByLabel('Street and number').inputValue(), '7 Engine Yard')
  await look()
  await page.getByLabel('Street and number').fill('3 Once Street')
  await page.getByLabel('Keep this address in my account').check()
  await button(page, 'Order and pay')
  await page.waitForURL((url) => url.origin === store.sandbox.origin)
}

async function askOnPage({ page, look }: Visitor, order: URL): Promise<void> {
  const before = await accountLinks(store)
  await page.goto(order.href)
  await look()
  await button(page, 'Send the link')
  await heading(page, 'Look into the order’s inbox')
  await look()
  await untilLinks(store, before + 1)
}

async function joinOrder({ page, look }: Visitor, guest: string): Promise<void> {
  await store.work()
  const [mail] = await inbox(store, guest)
  const path = /\/account\/orders\/join\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? ''
  await page.goto(new URL(path, store.url).href)
  await look()
  await button(page, 'Add it')
  await page.getByRole('status').waitFor()
  await look()
  await page.getByLabel('Order number').fill('one')
  await button(page, 'Send the link')
  await titled(page, /^Error: /)
  await look()
}

async function seeOwnData({ page, look }: Visitor): Promise<void> {
  await link(page, 'What we hold')
  await heading(page, 'What we hold about you')
  await look()
  await page.goto(new URL('/account/proof', store.url).href)
  await page.getByLabel('Password').fill('a wrong one, quite long')
  await button(page, 'Go on')
  await titled(page, /^Error: /)
  await look()
  await page.getByLabel('Password').fill(PASSWORD)
  await button(page, 'Go on')
  await heading(page, 'What we hold about you')
}

async function endAccount({ page, look }: Visitor): Promise<void> {
  await link(page, 'Overview')
  await link(page, 'See what would go, and end it')
  await heading(page, 'Have your data deleted')
  assert.ok(await page.getByLabel('The account alone').isChecked())
  await look()
  await button(page, 'Delete it for good now')
  await heading(page, 'Receipt of a deletion')
  await page.goto(new URL('/account/orders', store.url).href)
  await heading(page, 'Sign in')
}
