/** The sandbox as a whole: what it survives, what it keeps, and when it ends. */

import assert from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createTransport } from 'nodemailer'
import {
  control,
  EASYPOST_KEY,
  EASYPOST_SECRET,
  hearingStore,
  order,
  STRIPE_KEY,
  STRIPE_SECRET,
  sandbox,
  stripeOf,
} from './_fixture.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const ENVIRONMENT = {
  SANDBOX_PORT: '0',
  SANDBOX_STRIPE_KEY: STRIPE_KEY,
  SANDBOX_STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
  SANDBOX_EASYPOST_KEY: EASYPOST_KEY,
  SANDBOX_EASYPOST_WEBHOOK_SECRET: EASYPOST_SECRET,
}

test('no bad request ends it', async (t) => {
  const { url } = await sandbox(t)
  const { port } = new URL(url)
  for (const line of ['GET //', 'GET /%zz', 'GET http://[', 'GET /pay/%E0%A4%A', 'OPTIONS *']) {
    const answer = await raw(
      Number(port),
      `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    assert.match(answer, /^HTTP\/1\.1 40[045] /, line)
  }
  assert.match(await raw(Number(port), 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /)
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(`${url}${path}`, init)).status
  assert.equal(await statusOf('/nowhere'), 404)
  assert.equal(await statusOf('/journal', { method: 'PUT' }), 405)
  assert.equal(await statusOf('/control/pay', { method: 'POST', body: '{broken' }), 400)
  assert.equal(await statusOf('/control/pay', { method: 'POST', body: '[]' }), 400)
  const large = 'x'.repeat(1024 * 1024 + 1)
  assert.equal(await statusOf('/control/pay', { method: 'POST', body: large }), 413)
  for (const page of [
    '/',
    '/payments',
    '/carrier',
    '/inbox',
    '/journal',
    '/journal?service=mail',
  ]) {
    assert.equal(await statusOf(page), 200, page)
  }
})

test('the journal has every request word for word, until it is emptied', async (t) => {
  const { url } = await sandbox(t)
  await stripeOf(url).checkout.sessions.create(order('o-1'))
  const entries = await (await fetch(`${url}/journal.json?service=processor`)).json()
  assert.equal(entries.length, 1)
  assert.equal(entries[0].path, '/v1/checkout/sessions')
  assert.match(entries[0].body, /client_reference_id=o-1/)
  assert.match(await (await fetch(`${url}/journal`)).text(), /client_reference_id = o-1/)
  await fetch(`${url}/journal.json`, { method: 'DELETE' })
  assert.deepEqual(await (await fetch(`${url}/journal.json`)).json(), [])
})

test('a restart keeps what was there, and sends what was not taken', async (t) => {
  const folder = await newFolder(t)
  const store = await hearingStore(t)
  const first = await sandbox(t, {
    folder,
    storeUrl: 'http://127.0.0.1:9',
    firstPauseMilliseconds: 60_000,
  })
  const stripe = stripeOf(first.url)
  const options = { idempotencyKey: 'once' }
  const session = await stripe.checkout.sessions.create(order('o-1'), options)
  await control(first.url, 'pay', { session: session.id })
  await mail(first.smtpPort)
  await first.close()

  const second = await sandbox(t, { folder, storeUrl: store.url })
  const after = stripeOf(second.url)
  const kept = await after.checkout.sessions.retrieve(session.id)
  assert.equal(kept.status, 'complete')
  assert.equal((await after.checkout.sessions.create(order('o-1'), options)).id, session.id)
  const refund = await after.refunds.create({ payment_intent: String(kept.payment_intent) })
  assert.equal(refund.amount, 2500)
  const inbox = await (await fetch(`${second.url}/inbox.json`)).json()
  assert.equal(inbox[0].subject, 'Kept')
  await store.hears(4)
  const types = store.heard.map(({ body }) => JSON.parse(body).type)
  assert.ok(types.includes('checkout.session.completed'))
  await second.close()
})

test('it says that it is ready in one line, and ends when its input ends', async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const ready = JSON.parse(line)
  assert.equal(ready.ready, true)
  assert.equal((await fetch(ready.url)).status, 200)
  child.stdin.end()
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})

test('it ends when the channel to its parent closes', async () => {
  const child = fork(MAIN, { env: ENVIRONMENT, silent: true, execArgv: [] })
  const [ready] = await once(child, 'message')
  assert.equal(typeof ready.smtpPort, 'number')
  child.disconnect()
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})

test('a busy port and a missing key are said plainly', async (t) => {
  const { url } = await sandbox(t)
  const { port } = new URL(url)
  assert.match(await failing({ ...ENVIRONMENT, SANDBOX_PORT: port }), /port \d+ is taken/)
  const { SANDBOX_STRIPE_KEY: _key, ...without } = ENVIRONMENT
  assert.match(await failing(without), /SANDBOX_STRIPE_KEY is not set/)
})

/** What it says on the terminal when it cannot start. */
async function failing(env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  assert.equal(code, 1)
  return said
}

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

async function mail(port: number): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false })
  const message = { from: 'a@example.org', to: 'b@example.org', subject: 'Kept', text: 'x' }
  await transport.sendMail(message)
  transport.close()
}

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
