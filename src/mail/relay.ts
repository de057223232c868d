/**
 * The mail relay: the company that takes our messages and sends them on. It is told an e-mail address and a message.
 *
 * C2.1: beyond loopback nothing is said before TLS, and no setting turns that off. C6: a message holds no picture, no
 * pixel and nothing that is fetched from elsewhere; nothing of it is read from a file or an address either.
 *
 * Invariant: a message's bytes are composed whole and inspected before a connection is opened or used.
 * Invariant: what the relay answers is never repeated, since it may quote the address.
 */

import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { inspectMail, isLoopback, openMail, type Way } from '../base/egress.ts'
import { Fault } from '../base/failure.ts'
import type { Company } from '../privacy/gateway.ts'
import type { Message } from '../privacy/table.ts'
import { DAYS, MONTHS, protocolWords } from './_protocol.ts'

export type Mail = Message & {
  readonly to: string
  /** Names the mail for ever, so that one that comes twice is known as the same. */
  readonly id: string
  readonly at: Temporal.Instant
}

export interface MailRelay {
  /** The relay as a recipient of the policy's table. */
  readonly company: Company
  /**
   * Resolves once the relay has taken the message.
   *
   * @throws {Refusal} as `inspectMail`.
   * @throws {Fault} `unreachable`: try again; `invalid`: it will never take this one.
   */
  send(way: Way, mail: Mail): Promise<void>
  close(): void
}

type Relay = {
  readonly url: URL
  readonly from: string
  /** Connections that wait for their next message. */
  readonly idle: Map<SMTPConnection, NodeJS.Timeout>
}

const MOST_IDLE = 4
const IDLE_MS = 15_000
const ANSWER_MS = 20_000

/** @param url `smtp://user:password@host:587`, upgraded by STARTTLS, or `smtps://`. */
export function openRelay(url: URL, from: string): MailRelay {
  const relay: Relay = { url, from, idle: new Map() }
  return {
    company: {
      to: 'mail relay',
      name: url.hostname,
      origins: [`${url.protocol}//${url.host}`],
      protocolWords: `${protocolWords} ${from}`,
    },
    send: (way, mail) => send(relay, way, mail),
    close() {
      for (const connection of relay.idle.keys()) connection.close()
      relay.idle.clear()
    },
  }
}

async function send(relay: Relay, way: Way, mail: Mail): Promise<void> {
  const bytes = await composed(relay, mail)
  const taken = inspectMail(way, relay.url, bytes)
  const connection = takeIdle(relay) ?? (await connected(relay, way))
  try {
    await hearing(connection, (done) =>
      connection.send(
        { from: addressIn(relay.from), to: [mail.to], size: bytes.length },
        bytes,
        done,
      ),
    )
  } catch (error) {
    connection.close()
    throw notTaken(relay, error)
  }
  taken()
  keep(relay, connection)
}

/** As RFC 5322 writes a date, section 3.3. */
export function mailDate(at: Temporal.Instant): string {
  const utc = at.toZonedDateTimeISO('UTC')
  const time = utc.toPlainTime().toString({ smallestUnit: 'second' })
  return `${DAYS[utc.dayOfWeek - 1]}, ${utc.day} ${MONTHS[utc.month - 1]} ${utc.year} ${time} +0000`
}

async function composed({ from }: Relay, mail: Mail): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.id}@${domainOf(from)}>`,
    date: mailDate(mail.at),
    headers: { 'Auto-Submitted': 'auto-generated' },
    encoding: 'quoted-printable',
    boundaryPrefix: '--',
    baseBoundary: mail.id,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

async function connected(relay: Relay, way: Way): Promise<SMTPConnection> {
  const { url } = relay
  const implicitTls = url.protocol === 'smtps:'
  const near = isLoopback(url.hostname)
  const connection = new SMTPConnection({
    connection: await openMail(way, url),
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    name: domainOf(relay.from),
    secure: implicitTls,
    secured: implicitTls,
    ...(near || implicitTls ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { minVersion: 'TLSv1.2' },
    logger: false,
    connectionTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
  })
  // What breaks is heard by the step that waits for it; one that breaks while it is idle is just gone.
  connection.on('error', () => {})
  connection.once('end', () => forget(relay, connection))
  try {
    await hearing(connection, (done) => connection.connect(done))
    if (url.username !== '')
      await hearing(connection, (done) => connection.login(loginOf(url), done))
    return connection
  } catch (error) {
    connection.close()
    throw notTaken(relay, error)
  }
}

/** A step of the conversation, which ends by its answer or with the connection. */
function hearing(
  connection: SMTPConnection,
  step: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('The connection ended'))
    const leave = () => {
      connection.removeListener('error', reject)
      connection.removeListener('end', ended)
    }
    connection.once('error', reject)
    connection.once('end', ended)
    step((error) => {
      leave()
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Keeps a connection for the next message; a few, for a short while. */
function keep({ idle }: Relay, connection: SMTPConnection): void {
  if (connection.destroyed || idle.size >= MOST_IDLE) connection.close()
  else idle.set(connection, setTimeout(() => connection.close(), IDLE_MS).unref())
}

function takeIdle(relay: Relay): SMTPConnection | undefined {
  const [connection] = relay.idle.keys()
  if (connection !== undefined) forget(relay, connection)
  return connection
}

function forget({ idle }: Relay, connection: SMTPConnection): void {
  clearTimeout(idle.get(connection))
  idle.delete(connection)
}

/** An address that the relay will never take is told from everything that may pass. */
function notTaken({ url }: Relay, error: unknown): Fault {
  const { code, command, status } = answerOf(error)
  const told = `Cannot send a mail by "${url.hostname}"`
  if (command === 'RCPT TO' && status >= 500) {
    return new Fault('invalid', `${told}: it does not take this address (${status})`)
  }
  if (code === 'ETLS') {
    const remedy = 'Set SMTP_URL to a relay that offers STARTTLS with a valid certificate'
    return new Fault('unreachable', `${told}: there is no TLS with it (C2.1)`, { remedy })
  }
  if (code === 'EAUTH') {
    const remedy = 'Look at user and password in SMTP_URL'
    return new Fault('unreachable', `${told}: it refused our sign-in (${status})`, { remedy })
  }
  return new Fault('unreachable', `${told}: it did not take the message (${status || code})`)
}

function answerOf(error: unknown): { code: string; command: string; status: number } {
  const found = { code: '', command: '', status: 0 }
  if (!(error instanceof Error)) return found
  if ('code' in error && typeof error.code === 'string') found.code = error.code
  if ('command' in error && typeof error.command === 'string') found.command = error.command
  if ('responseCode' in error) found.status = Number(error.responseCode) || 0
  return found
}

function loginOf(url: URL): { readonly user: string; readonly pass: string } {
  return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
}

function addressIn(from: string): string {
  return /<([^<>]+)>/.exec(from)?.[1] ?? from
}

function domainOf(from: string): string {
  return addressIn(from).split('@').at(-1) ?? ''
}
