/**
 * Signing in with more than a password, in a browser with a virtual authenticator (Chromium's own): a second factor
 * from its QR code to its end, passkeys from the first to the last.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { systemClock } from '../../src/base/clock.ts'
import { codeOf, fromBase32, stepAt } from '../../src/credentials/one-time-code.ts'
import { openBrowser } from '../support/browser.ts'
import { type Visitor, visit } from '../support/eyes.ts'
import { openAccount, PASSWORD } from '../support/sign-in.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const browser = await openBrowser()
after(() => browser.close())
const at = (path: string) => new URL(path, store.url).href

/** Opens an account, and a browser in which its person has signed in by password. */
async function visitor(email: string): Promise<Visitor> {
  await openAccount(store.gateway, email)
  const visiting = await visit(browser, store, { javaScript: true })
  await signIn(visiting.page, email)
  return visiting
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(at('/account/sign-in'))
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

type Device = { readonly cdp: CDPSession; readonly id: string }

async function device(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal' },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, id }
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto(at('/account/passkeys'))
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
}

async function enterByPasskey(page: Page): Promise<void> {
  await page.goto(at('/account/sign-in'))
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
}

const isIn = (page: Page) => page.getByRole('heading', { name: 'Your account' }).waitFor()

test('a second factor is set up, asked for, replaced by a recovery code, and switched off', async () => {
  const email = 'factor@account.example'
  const { page, look, checkAll } = await visitor(email)
  await page.getByRole('link', { name: 'Second factor' }).click()
  await look()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set it up' }).click()
  const shown = (await page.locator('.secret').textContent()) ?? ''
  const secret = fromBase32(shown.replaceAll(' ', ''))
  const code = (ahead: number) => codeOf(secret, stepAt(systemClock()) + ahead)
  await look()
  await page.getByLabel('Code', { exact: true }).fill(code(-1))
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  const [recovery = ''] = await page.locator('.codes code').allTextContents()
  await look()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left').waitFor()
  await look()

  await signOut(page)
  await signIn(page, email)
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
  await look()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').getByText('This code is wrong').waitFor()
  await look()
  await page.getByLabel('Code', { exact: true }).fill(recovery)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await isIn(page)

  await page.getByRole('link', { name: 'Second factor' }).click()
  await page.getByText('9 recovery codes are left').waitFor()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByLabel('Code', { exact: true }).fill(code(0))
  await page.getByRole('button', { name: 'Switch it off' }).click()
  await page.getByText('The second factor is switched off').waitFor()
  await checkAll()
})

test('a passkey is added, signs in by itself, and is removed', async () => {
  const { page, look, checkAll } = await visitor('passkey@account.example')
  const { cdp, id } = await device(page)
  await page.getByRole('link', { name: 'Passkeys' }).click()
  await page.getByText('This account has none').waitFor()
  await look()
  await addPasskey(page, 'Blue phone')
  await page.getByText('The passkey is added').waitFor()
  await page.getByRole('rowheader', { name: 'Blue phone' }).waitFor()
  await look()
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })
  assert.deepEqual(
    credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]),
    [['localhost', true]],
  )

  for (let times = 0; times < 2; times += 1) {
    await signOut(page)
    await enterByPasskey(page)
    await isIn(page)
  }
  await addPasskey(page, 'The same again')
  await page.getByText('This device has a passkey of your account already').waitFor()
  await look()

  await page.getByRole('link', { name: 'Back to your passkeys' }).click()
  await page.getByRole('button', { name: 'Remove Blue phone' }).click()
  await page.getByText('The passkey is removed').waitFor()
  await signOut(page)
  await enterByPasskey(page)
  await page.getByText('This passkey opens no account here').waitFor()
  await look()
  await checkAll()
})

test('whom the device does not verify is not let in, and may ask again or use the password', async () => {
  const { page, look, checkAll } = await visitor('unverified@account.example')
  const { cdp, id } = await device(page)
  await addPasskey(page, 'Phone')
  await page.getByText('The passkey is added').waitFor()
  await signOut(page)
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false })
  await enterByPasskey(page)
  await page.getByText('It was not confirmed, or took too long').waitFor()
  await look()
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true })
  await page.getByRole('button', { name: 'Ask me again' }).click()
  await isIn(page)
  await checkAll()
})

for (const [name, algorithm] of [
  ['EdDSA', -8],
  ['RS256', -257],
] as const) {
  test(`a device that makes keys for ${name} alone is as good`, async () => {
    const { page } = await visitor(`${name.toLowerCase()}@account.example`)
    await device(page)
    await page.route('**/account/passkeys/invitation', async (route) => {
      const answer = await route.fetch()
      const html = await answer.text()
      const only = JSON.stringify([{ type: 'public-key', alg: algorithm }])
      const body = html.replace(
        /(?<=&quot;pubKeyCredParams&quot;:)\[.*?\]/,
        only.replaceAll('"', '&quot;'),
      )
      await route.fulfill({ response: answer, body })
    })
    await addPasskey(page, name)
    await page.getByText('The passkey is added').waitFor()
    await signOut(page)
    await enterByPasskey(page)
    await isIn(page)
  })
}

test('an answer that was sent once opens nothing when it is sent again', async () => {
  const { page } = await visitor('replay@account.example')
  await device(page)
  await addPasskey(page, 'Phone')
  await page.getByText('The passkey is added').waitFor()
  await signOut(page)
  const sent = page.waitForRequest('**/account/sign-in/passkey/answer')
  await enterByPasskey(page)
  await isIn(page)
  const body = (await sent).postData() ?? ''
  assert.match(body, /signature=[\w-]{40}/)
  const again = await fetch(at('/account/sign-in/passkey/answer'), {
    method: 'POST',
    headers: { origin: store.url.origin, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  assert.equal(again.status, 401)
  assert.equal(again.headers.get('set-cookie'), null)
})

test('without JavaScript each page says what to do in place of a passkey', async () => {
  const email = 'no-script@account.example'
  await openAccount(store.gateway, email)
  const { page, look, checkAll } = await visit(browser, store, { javaScript: false })
  await enterByPasskey(page)
  // Texts are not looked for in there, so it is asked for by name.
  const instead = page.locator('noscript p')
  assert.match((await instead.textContent()) ?? '', /Sign in with your password in their place/)
  assert.equal(await instead.isVisible(), true)
  assert.equal(await page.getByRole('button', { name: 'Ask me again' }).isVisible(), false)
  await look()
  await page.getByRole('link', { name: 'Sign in with your password' }).click()
  await signIn(page, email)
  await page.getByRole('link', { name: 'Passkeys' }).click()
  assert.match((await instead.textContent()) ?? '', /Adding a passkey takes JavaScript/)
  assert.equal(await instead.isVisible(), true)
  await look()
  await checkAll()
})
