/**
 * What a person changes about their account, in a browser, with JavaScript and without: its address, its recovery
 * codes, the orders in it. Each page is looked at on a telephone and on a desk.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { systemClock } from '../../src/base/clock.ts'
import { sql } from '../../src/base/database.ts'
import type { Id } from '../../src/base/ids.ts'
import { setAside } from '../../src/privacy/account-address.ts'
import { addressLinkIn } from '../support/account.ts'
import { openBrowser } from '../support/browser.ts'
import { titled, type Visitor, visit } from '../support/eyes.ts'
import { inbox } from '../support/outside.ts'
import { ADA, buy } from '../support/purchase.ts'
import { openAccount, PASSWORD, withFactor } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

let ahead = Temporal.Duration.from({ minutes: 0 })
const store = await testStore({ after }, { clock: () => systemClock().add(ahead) })
const { database, gateway } = store
const browser = await openBrowser()
after(() => browser.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click()
const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).click()
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name }).first().waitFor()

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without'
  test(`C3.1 an account gets another address and codes, an order leaves it, ${how} JavaScript`, async () => {
    const email = `${how}.scripts@changes.example`
    const account = await openAccount(gateway, email)
    await buy(store, {
      contact: { ...ADA, email: `other-${email}` },
      cookies: { '__Host-session': account.session },
    })
    const { recoveryCodes } = await withFactor(gateway, account)
    const visitor = await visit(browser, store, { javaScript })
    await signIn(visitor, email, recoveryCodes[0] ?? '')
    await changeAddress(visitor, email, `new-${email}`)
    await renewCodes(visitor, recoveryCodes[1] ?? '')
    await takeOut(visitor)
    await enterAnew(visitor, account.id)
    await visitor.checkAll()
    await visitor.context.close()
  })
}

async function signIn({ page }: Visitor, email: string, code: string): Promise<void> {
  await page.goto(new URL('/account', store.url).href)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await button(page, /^Sign in$/)
  await page.getByLabel('Code').fill(code)
  await button(page, /^Sign in$/)
  await heading(page, 'Your account')
}

/** After half an hour the password is asked for first. */
async function changeAddress({ page, look }: Visitor, from: string, to: string): Promise<void> {
  await look()
  ahead = ahead.add({ minutes: 31 })
  await link(page, 'Change it')
  await heading(page, 'Your password, please')
  await look()
  await page.getByLabel('Password').fill(PASSWORD)
  await button(page, 'Go on')
  await heading(page, 'Change your e-mail')
  await look()
  await page.getByLabel('New e-mail address').fill('nobody')
  await button(page, 'Send the link')
  await titled(page, /^Error: /)
  await look()
  await page.getByLabel('New e-mail address').fill(to)
  await button(page, 'Send the link')
  await heading(page, 'A change that waits for its link')
  await look()
  await page.goto(new URL(await addressLinkIn(store, to), store.url).href)
  await heading(page, 'Change the address of your account?')
  await look()
  await button(page, 'Change it')
  await page.getByText('Your e-mail address is changed').waitFor()
  await page.getByText(to).waitFor()
  await look()
  await store.work()
  assert.equal((await inbox(store, from)).length, 1)
}

async function renewCodes({ page, look }: Visitor, code: string): Promise<void> {
  await link(page, 'Second factor')
  await link(page, 'Make new ones')
  await heading(page, 'New recovery codes')
  await look()
  await button(page, 'Make new recovery codes')
  await titled(page, /^Error: /)
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByLabel('Code').fill(code)
  await button(page, 'Make new recovery codes')
  await heading(page, 'Your recovery codes')
  assert.equal(await page.locator('.codes code').count(), 10)
  await look()
  await link(page, 'I have kept them')
  await page.getByText('10 recovery codes are left').waitFor()
}

async function takeOut({ page, look }: Visitor): Promise<void> {
  await link(page, 'Orders')
  await page.locator('th a').first().click()
  await heading(page, /^Order /)
  await look()
  await link(page, 'Take it out of the account')
  await heading(page, /out of your account/)
  await look()
  await button(page, 'Take it out')
  await page.getByText('The order is not in your account any more').waitFor()
  await look()
}

/** As a restore leaves the account that had another address in the backup. */
async function enterAnew({ page, look }: Visitor, account: Id): Promise<void> {
  await database.transaction(async (tx) => {
    await setAside(gateway.vault, tx, account)
    await tx.run(sql`update account set address_lost_at = ${gateway.clock()} where id = ${account}`)
  })
  await link(page, 'Overview')
  await heading(page, 'Enter your e-mail address anew')
  await look()
  await link(page, 'Enter the address')
  await page.getByText('The address that came back with a backup is').waitFor()
  await look()
}
