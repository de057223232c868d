/**
 * Egress: the only file that opens a connection outward.
 *
 * What leaves goes by a `Way`, which the gateway makes for one disclosure: to the origins that the recipient declares,
 * over TLS unless the rule says otherwise or the address is loopback, and after the bytes have been inspected.
 *
 * Invariant: no byte is sent before `inspect` has seen all of the request, and no redirect is followed.
 * Invariant: a host that the recipient does not declare is not even looked up.
 */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Fault, Refusal } from './failure.ts'

/** How the bytes really travelled. */
export type Travelled = 'encrypted' | 'loopback' | 'plain'

export type Way = {
  /** `https://api.example.com`, `smtp://mail.example.com:587`: scheme, host and port. */
  readonly origins: readonly string[]
  /** Whether the rule lets the bytes travel unencrypted. */
  readonly plainAllowed: boolean
  /** Throws when the bytes hold what was not granted. */
  readonly inspect: (bytes: Buffer) => void
  /** Told how each request travelled. */
  readonly travelled: (how: Travelled) => void
}

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly timeoutMs?: number
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

class TooLarge extends Error {}

const LIMIT_BYTES = 8 * 1024 * 1024
const TIMEOUT_MS = 10_000

const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 64 })
/** Said here, so that no setting of the environment turns it off. */
const TLS = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const
const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 64, ...TLS })

/**
 * Sends one HTTP request and returns its whole answer, up to 8 MiB.
 *
 * @throws {Refusal} C5 for an origin that is not declared, C2.1 for one without TLS, or whatever `inspect` throws.
 * @throws {Fault} `unreachable` when nothing answers within the time (10 s unless told).
 */
export async function send(way: Way, asked: HttpRequest): Promise<HttpAnswer> {
  const url = new URL(asked.url)
  const how = permitted(way, url, url.protocol === 'https:')
  checkNothingAside(url, asked)
  const body = asked.body === undefined ? undefined : Buffer.from(asked.body)
  way.inspect(everyByte(url, asked, body))
  const answer = await exchange(url, asked, body)
  way.travelled(how)
  return answer
}

/**
 * Looks at a message before it goes to a mail relay. Returns what to call once the relay has taken it.
 *
 * @throws {Refusal} C5, C2.1 as `send`, or whatever `inspect` throws.
 */
export function inspectMail(way: Way, relay: URL, message: Buffer): () => void {
  const how = permitted(way, relay, true)
  way.inspect(message)
  return () => way.travelled(how)
}

/**
 * Opens a connection to a mail relay, for messages that `inspectMail` has passed and no others: the caller speaks SMTP
 * on it, and may keep it for the next message. Unless it is `smtps:` or loopback, the caller must upgrade by STARTTLS
 * before it sends anything.
 *
 * @throws {Refusal} C5, C2.1 as `send`. @throws {Fault} `unreachable`.
 */
export async function openMail(way: Way, relay: URL): Promise<Socket> {
  permitted(way, relay, true)
  const port = Number(relay.port || (relay.protocol === 'smtps:' ? 465 : 587))
  return connected(relay, port)
}

/** Whether a host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function permitted(way: Way, url: URL, tls: boolean): Travelled {
  const origin = `${url.protocol}//${url.host}`
  if (!way.origins.includes(origin)) {
    throw new Refusal('C5', `Cannot send to "${url.hostname}": no recipient declares this host`)
  }
  if (isLoopback(url.hostname)) return 'loopback'
  if (tls) return 'encrypted'
  if (way.plainAllowed) return 'plain'
  throw new Refusal('C2.1', `Cannot send to "${url.hostname}" without TLS`)
}

/** What would leave, or lead elsewhere, beside the bytes that are inspected. */
function checkNothingAside(url: URL, { headers }: HttpRequest): void {
  if (url.username !== '' || url.password !== '') {
    throw new Refusal('C5', `Cannot send to "${url.hostname}": its address holds a user`)
  }
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'host')) {
    throw new Refusal('C5', `Cannot send to "${url.hostname}" in the name of another host`)
  }
}

function everyByte(url: URL, asked: HttpRequest, body: Buffer | undefined): Buffer {
  const head = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\n`)
  const text = `${asked.method} ${url.pathname}${url.search}\n${head.join('')}\n`
  return Buffer.concat([Buffer.from(text, 'utf8'), body ?? Buffer.alloc(0)])
}

function exchange(url: URL, asked: HttpRequest, body: Buffer | undefined): Promise<HttpAnswer> {
  const secure = url.protocol === 'https:'
  const request = secure ? httpsRequest : httpRequest
  const signal = AbortSignal.timeout(asked.timeoutMs ?? TIMEOUT_MS)
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => reject(unanswered(url, signal.aborted ? signal.reason : cause))
    const outgoing = request(
      url,
      {
        method: asked.method,
        headers:
          body === undefined ? asked.headers : { ...asked.headers, 'content-length': body.length },
        agent: secure ? httpsAgent : httpAgent,
        signal,
      },
      (incoming) => collect(incoming).then(resolve, failed),
    )
    outgoing.on('error', failed)
    outgoing.end(body)
  })
}

async function collect(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += chunk.length
    if (bytes > LIMIT_BYTES) throw new TooLarge()
    chunks.push(chunk)
  }
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  }
}

function connected(relay: URL, port: number): Promise<Socket> {
  const host = relay.hostname.replace(/^\[(.*)\]$/, '$1')
  const options = { host, port, timeout: TIMEOUT_MS }
  // A server is named in TLS by its host name alone (RFC 6066, section 3).
  const named = isIP(host) === 0 ? { servername: host } : {}
  const implicitTls = relay.protocol === 'smtps:'
  return new Promise((resolve, reject) => {
    const socket = implicitTls ? connectTls({ ...options, ...named, ...TLS }) : connect(options)
    const failed = (cause: Error) => {
      socket.destroy()
      reject(unanswered(relay, cause))
    }
    socket.once('error', failed)
    socket.once('timeout', () => failed(new Error('no connection in time')))
    socket.once(implicitTls ? 'secureConnect' : 'connect', () => {
      socket.removeListener('error', failed)
      socket.removeAllListeners('timeout')
      resolve(socket)
    })
  })
}

function unanswered(url: URL, cause: Error): Fault {
  const why =
    cause.name === 'TimeoutError'
      ? 'it did not answer in time'
      : cause instanceof TooLarge
        ? 'its answer is larger than 8 MiB'
        : 'it cannot be reached'
  return new Fault('unreachable', `Cannot send to "${url.hostname}": ${why}`, { cause })
}
