/**
 * An account in a browser, with JavaScript and without: opened by a link, signed in to and out of, its password
 * forgotten and changed, its sessions ended, and itself, with a receipt. Each page is looked at on a telephone and on a
 * desk (C1, C3.1, C6, C7).
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { accountLinkIn, accountLinks } from '../support/account.ts'
import { openBrowser } from '../support/browser.ts'
import { cookieNames, titled, type Visitor, visit } from '../support/eyes.ts'
import { shopperAt } from '../support/shopper.ts'
import { OTHER_PASSWORD, PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const browser = await openBrowser()
after(() => browser.close())

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with' : 'without'
  test(`C3.1 a person opens an account, comes back to it and leaves it, ${how} JavaScript`, async () => {
    const email = `${how}.scripts@account.example`
    const visitor = await visit(browser, store, { javaScript })
    await askForLink(visitor, email)
    await choosePassword(visitor, PASSWORD)
    await endTheOthers(visitor, email)
    await changePassword(visitor)
    await signOutAndIn(visitor, email)
    await forget(visitor, email)
    await endAccount(visitor, email)
    await visitor.checkAll()
    await visitor.context.close()
  })
}

async function askForLink(visitor: Visitor, email: string): Promise<void> {
  const { page, context, look } = visitor
  await page.goto(store.url.href)
  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await look()
  await page.getByRole('link', { name: /No account yet/ }).click()
  await page.getByLabel('E-mail').fill('ada at example')
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await titled(page, /^Error: /)
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada at example')
  await look()
  await followLink(visitor, email)
  assert.deepEqual(await cookieNames(context), [], 'C1: asking sets no cookie')
}

/** Asks for the link, finds it in the inbox and follows it. */
async function followLink({ page, look }: Visitor, email: string): Promise<void> {
  const before = await accountLinks(store)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await page.getByRole('heading', { name: 'Look into your inbox' }).waitFor()
  await look()
  await page.goto(new URL(await accountLinkIn(store, email, before), store.url).href)
}

async function choosePassword({ page, context, look }: Visitor, password: string): Promise<void> {
  await page.getByLabel('New password').fill('too short')
  await page.getByRole('button', { name: 'Choose this password' }).click()
  await titled(page, /^Error: /)
  await look()
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Choose this password' }).click()
  await page.getByText('Your password is chosen').waitFor()
  assert.deepEqual(await cookieNames(context), ['__Host-session'])
  await look()
}

async function endTheOthers({ page, look }: Visitor, email: string): Promise<void> {
  const elsewhere = [shopperAt(store.url), shopperAt(store.url), shopperAt(store.url)]
  for (const one of elsewhere) await one.post('/account/sign-in', { email, password: PASSWORD })
  await page.goto(new URL('/account', store.url).href)
  assert.equal(await page.getByText('this one').count(), 1)
  await look()
  await page
    .getByRole('button', { name: /^End the session/ })
    .first()
    .click()
  await page.getByText('The session has ended').waitFor()
  await page.getByRole('button', { name: 'End all others' }).click()
  await page.getByText('Every other session has ended').waitFor()
  for (const one of elsewhere) {
    assert.equal((await one.get('/account')).url.pathname, '/account/sign-in')
  }
}

async function changePassword({ page, look }: Visitor): Promise<void> {
  await menu(page, 'Password')
  await page.getByLabel('Current password').fill(OTHER_PASSWORD)
  await page.getByLabel('New password').fill(OTHER_PASSWORD)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('link', { name: 'The current password is wrong' }).waitFor()
  await look()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill(OTHER_PASSWORD)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('Your password is changed').waitFor()
}

async function signOutAndIn({ page, context, look }: Visitor, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.deepEqual(await cookieNames(context), [])
  await page.goto(new URL('/account/password', store.url).href)
  for (const password of [PASSWORD, OTHER_PASSWORD]) {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    if (password === PASSWORD) await look()
  }
  await page.getByRole('heading', { name: 'Change your password' }).waitFor()
}

async function forget(visitor: Visitor, email: string): Promise<void> {
  await visitor.page.getByRole('link', { name: 'Forgotten?' }).click()
  await followLink(visitor, email)
  await choosePassword(visitor, PASSWORD)
}

async function endAccount({ page, context, look }: Visitor, email: string): Promise<void> {
  await page.getByRole('link', { name: 'See what would go, and end it' }).click()
  await page.getByRole('heading', { name: 'Goes now' }).waitFor()
  await look()
  await page.getByRole('button', { name: 'Delete it for good now' }).click()
  await page.getByRole('heading', { name: 'Receipt of a deletion' }).waitFor()
  assert.deepEqual(await cookieNames(context), [], 'C1: the session’s cookie ends with the account')
  await look()
  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('link', { name: 'E-mail or password is wrong' }).waitFor()
}

function menu(page: Page, name: string): Promise<void> {
  return page.getByRole('navigation', { name: 'Your account' }).getByText(name).click()
}
