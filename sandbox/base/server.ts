/**
 * The HTTP server: bare `node:http`, a table of routes, and one place where requests go wrong.
 *
 * Invariant: no request ends the process. A body over 1 MB is 413, a malformed URL or body 400, an
 * unknown path 404, a known path with another method 405, and a handler that throws 500.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Answer, json, plain, Refused } from './answer.ts'
import { type Form, readForm } from './form.ts'
import type { Journal, Party } from './journal.ts'
import type { Outages } from './outage.ts'

export type Request = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The part of the path that stands where the route has `:id`. */
  readonly id: string
}

export type Handler = (request: Request) => Answer | Promise<Answer>

export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `/v1/refunds/:id`; at most one `:id`. */
  readonly path: string
  /** The third party that is spoken to: its requests are in the journal, and its outages apply. */
  readonly service?: Party
  readonly handle: Handler
}

export type ServerOptions = {
  readonly routes: readonly Route[]
  readonly journal: Journal
  readonly outages: Outages
  /** The answer of a service that is out with `500`. */
  readonly broken: (service: Party) => Answer
}

const BODY_BYTES = 1024 * 1024
/** A path longer than any of ours would only fill the journal. */
const URL_LENGTH = 8192

/** Listens on the loopback address; 0 is any free port. Rejects when the port is busy. */
export function listen(port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 65_000, optimizeEmptyRequests: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen')
  return address.port
}

/** Answers what comes to a server. To be called in the tick in which it began to listen. */
export function serveRoutes(server: Server, options: ServerOptions): void {
  const routes = options.routes.map((route) => ({ ...route, parts: route.path.split('/') }))
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    serve(options, routes, incoming, outgoing).catch((error: unknown) => {
      if (error instanceof Refused) send(outgoing, error.answer)
      else {
        process.stderr.write(
          `A sandbox page failed: ${error instanceof Error ? error.stack : ''}\n`,
        )
        send(outgoing, plain('The sandbox itself failed; its terminal says why', 500))
      }
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })
}

/** The form that a request carries. @throws {Refused} 400 */
export function formOf(request: Request): Form {
  return readForm(request.body)
}

/** The JSON object that a request carries. @throws {Refused} 400 */
export function jsonOf(request: Request): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = request.body === '' ? {} : JSON.parse(request.body)
  } catch {
    throw new Refused(json({ error: { message: 'The body is not JSON' } }, 400))
  }
  if (!isRecord(value))
    throw new Refused(json({ error: { message: 'The body is no JSON object' } }, 400))
  return value
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Compiled = Route & { readonly parts: readonly string[] }

async function serve(
  options: ServerOptions,
  routes: readonly Compiled[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = incoming.url ?? ''
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  if (!path.startsWith('/') || url.length > URL_LENGTH) throw new Refused(plain('Bad URL', 400))
  const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? '')
  const { route, id } = find(routes, method, path)
  const body = await read(incoming)
  const { headers } = incoming
  if (route.service !== undefined) {
    options.journal.write({ service: route.service, method, path: url, headers, body })
    if (isOut(options, route.service, outgoing)) return
  }
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
  const answer = await route.handle({ method, path, query, headers, body, id })
  if (isLost(options, route)) outgoing.destroy()
  else send(outgoing, answer)
}

/** @throws {Refused} 400, 404 or 405 */
function find(
  routes: readonly Compiled[],
  method: string,
  path: string,
): { readonly route: Compiled; readonly id: string } {
  const parts = path.split('/')
  let known = false
  for (const route of routes) {
    const id = match(route.parts, parts)
    if (id === null) continue
    if (route.method === method) return { route, id: decode(id) }
    known = true
  }
  throw new Refused(known ? plain('Method not allowed here', 405) : unknown(path))
}

/** What stands for `:id`; empty when the route has none; null when the path is another. */
function match(pattern: readonly string[], parts: readonly string[]): string | null {
  if (pattern.length !== parts.length) return null
  let id = ''
  for (let index = 1; index < pattern.length; index += 1) {
    const part = parts[index] ?? ''
    if (pattern[index] === ':id' && part !== '') id = part
    else if (pattern[index] !== part) return null
  }
  return id
}

function unknown(path: string): Answer {
  if (!path.startsWith('/v1/') && !path.startsWith('/v2/')) return plain('No such page', 404)
  const message = 'Unrecognized request URL. The sandbox speaks only what the store needs.'
  return json({ error: { type: 'invalid_request_error', code: 'NOT_FOUND', message } }, 404)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Refused(plain('The URL has a broken percent escape', 400))
  }
}

function read(incoming: IncomingMessage): Promise<string> {
  if (incoming.headers['content-length'] === undefined && !incoming.headers['transfer-encoding'])
    return Promise.resolve('')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= BODY_BYTES) chunks.push(chunk)
      else {
        incoming.removeAllListeners('data').resume()
        const answer = plain('The body is over 1 MB', 413)
        reject(new Refused({ ...answer, headers: { ...answer.headers, connection: 'close' } }))
      }
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    incoming.on('error', reject)
    incoming.on('aborted', () => reject(new Refused(plain('The request broke off', 400))))
  })
}

/** Deals with a request to a service that is out, and says whether it was. */
function isOut(options: ServerOptions, service: Party, outgoing: ServerResponse): boolean {
  const cut = () => outgoing.destroy()
  switch (options.outages.modeOf(service)) {
    case 'none':
    case 'lost':
      return false
    case 'refuse':
      cut()
      return true
    case 'hang':
      options.outages.hang(service, cut)
      return true
    case '500':
      send(outgoing, options.broken(service))
      return true
  }
}

function isLost({ outages }: ServerOptions, { service, method }: Route): boolean {
  return method !== 'GET' && service !== undefined && outages.modeOf(service) === 'lost'
}

function send(outgoing: ServerResponse, answer: Answer): void {
  if (outgoing.headersSent || outgoing.destroyed) return
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  })
  outgoing.end(answer.body)
}
