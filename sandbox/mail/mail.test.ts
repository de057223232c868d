/** The mail relay and its inbox, fed by the mail library that the store uses. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTransport } from 'nodemailer'
import { control, sandbox } from '../_fixture.ts'
import { readMessage } from './mime.ts'

const MESSAGE = {
  from: '"The Shop" <shop@example.org>',
  to: 'zoë@example.org',
  subject: 'Votre commande n° 7 est partie — déjà, et avec un objet assez long pour deux lignes',
  text: 'Bonjour Zoë,\n\nvoilà : 25,00 €.\n',
  html: '<p>Bonjour <b>Zoë</b>, voilà&nbsp;: 25,00 €.</p><script>alert(1)</script>',
}

test('a message comes out of the inbox as it was written', async (t) => {
  const { url, smtpPort } = await sandbox(t)
  await send(smtpPort, { attachments: [{ filename: 'reçu.pdf', content: Buffer.from('%PDF-') }] })
  const [mail] = await inbox(url)
  assert.equal(mail.subject, MESSAGE.subject)
  assert.equal(mail.text, MESSAGE.text)
  assert.equal(mail.html, MESSAGE.html)
  assert.deepEqual(mail.attachments, [{ name: 'reçu.pdf', type: 'application/pdf', bytes: 5 }])
  const file = await fetch(`${url}/inbox/${mail.id}/attachment?n=0`)
  assert.equal(await file.text(), '%PDF-')
})

test('the inbox shows the newest first, and HTML in a frame that can do nothing', async (t) => {
  const { url, smtpPort } = await sandbox(t)
  await send(smtpPort, { subject: 'first' })
  await send(smtpPort, { subject: '<second>', to: 'other@example.org' })
  const list = await (await fetch(`${url}/inbox`)).text()
  assert.ok(list.indexOf('&lt;second&gt;') < list.indexOf('>first<'))
  const [mail] = await inbox(url)
  const page = await (await fetch(`${url}/inbox/${mail.id}`)).text()
  assert.match(page, /<iframe sandbox title/)
  assert.doesNotMatch(page, /<script>/)
  assert.deepEqual(
    (await inbox(url, '?to=other@example.org')).map(({ subject }) => subject),
    ['<second>'],
  )
})

test('with a login set, nobody sends without it', async (t) => {
  const login = { user: 'store', password: 'secret' }
  const { smtpPort } = await sandbox(t, { mailLogin: login })
  await assert.rejects(send(smtpPort))
  await send(smtpPort, {}, { user: 'store', pass: 'secret' })
  await assert.rejects(send(smtpPort, {}, { user: 'store', pass: 'wrong' }), { code: 'EAUTH' })
})

test('an outage of the relay ends with it', async (t) => {
  const { url, smtpPort } = await sandbox(t)
  const set = (mode: string) => control(url, 'outage', { service: 'mail', mode })
  await set('500')
  await assert.rejects(send(smtpPort), { responseCode: 451 })
  await set('refuse')
  await assert.rejects(send(smtpPort))
  await set('hang')
  const hanging = assert.rejects(send(smtpPort))
  await set('refuse')
  await hanging
  await set('lost')
  await assert.rejects(send(smtpPort))
  assert.equal((await inbox(url)).length, 1, 'it was taken, and its sender does not know')
  await set('none')
  await send(smtpPort)
  assert.equal((await inbox(url)).length, 2)
})

test('the journal has the envelope and the message as it came', async (t) => {
  const { url, smtpPort } = await sandbox(t)
  await send(smtpPort, { subject: 'Journal' })
  const [entry] = await (await fetch(`${url}/journal.json?service=mail`)).json()
  assert.match(entry.path, /shop@example\.org.*example\.org/)
  assert.match(entry.body, /^Subject: Journal\r$/m)
})

test('anything is read as some message', () => {
  for (const raw of ['', '\r\n', 'no header', ': x\n\n', 'Subject: =?x-none?B?zz?=\n\nbody']) {
    assert.equal(typeof readMessage(raw).subject, 'string')
  }
  const endless = 'Content-Type: multipart/mixed; boundary=a\n\n--a\n'.repeat(50)
  assert.equal(typeof readMessage(endless).subject, 'string')
})

async function send(
  port: number,
  more: object = {},
  auth?: { readonly user: string; readonly pass: string },
): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    secure: false,
    ...(auth === undefined ? {} : { auth }),
  })
  await transport.sendMail({ ...MESSAGE, ...more })
  transport.close()
}

type Shown = {
  readonly id: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments: unknown
}

async function inbox(url: string, query = ''): Promise<[Shown, ...Shown[]]> {
  return (await fetch(`${url}/inbox.json${query}`)).json()
}
