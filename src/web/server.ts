/**
 * The server: what every request goes through, whatever page it asks for.
 *
 * In this order: a broken address, host or cookie is refused (400), a form from elsewhere is refused (403), the body is
 * read strictly, the route answers, no cookie leaves that the policy does not declare (C1), the constant headers are
 * set.
 *
 * Invariant: no request, however broken, ends in a 500 of its own making or in the end of the process.
 * Invariant: nothing is kept about a request but its route's pattern (C7).
 */

import type { Socket } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { errorFields, type Log } from '../base/log.ts'
import { BODY_LIMIT_BYTES, isWellEncoded, readBodies } from './body.ts'
import { checkCookies, guardCookies } from './cookies.ts'
import { checkOrigin } from './csrf.ts'
import { files } from './files.ts'
import { type Headers, securityHeaders } from './headers.ts'
import { problemOf, sendProblem, type Telling } from './problem.tsx'
import { noteRoutes } from './routes.ts'
import { wellKnown } from './well-known.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called by a machine that signs what it sends: no check of its origin, and its body stays bytes. */
    webhook?: boolean
    /** Its answers are the same for everyone and cost next to nothing: only its failures are logged. */
    quiet?: boolean
  }
}

export type ServerOptions = Pick<Telling, 'frame' | 'navigationOf'> & {
  readonly clock: Clock
  /** The date of the policy's revision in force, `YYYY-MM-DD`. */
  readonly policyDate: string
  /** The folder of the catalogue's pictures. */
  readonly pictures: string
  /** Certificate and key where the store itself ends TLS; null where a proxy does, or on loopback (C2.1). */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  /** Whether a proxy of ours says who asks: its word on the client's address is believed. */
  readonly behindProxy: boolean
  /** In production an undeclared cookie is taken off and reported; elsewhere it is a bug that shows. */
  readonly production: boolean
  /** Told of each request by its route's pattern, never by its address, and of each failure that is ours. */
  readonly log: Log
}

/** Slow senders are cut off; long work belongs to jobs. */
const REQUEST_TIMEOUT_MS = 30_000
const CHECK_CONNECTIONS_MS = 5_000

const STATUS_OF_BROKEN: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** A server that listens nowhere yet. Routes are added to it by `storefront/` and `backoffice/`. */
export function openServer(options: ServerOptions): FastifyInstance {
  const { frame, production, log } = options
  const headers = securityHeaders(frame.shop)
  const telling = { ...options, headers }
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error)
    if (problem.status >= 500 || error instanceof Refusal) {
      log('failed', { action: routeOf(request), ...errorFields(error) })
    }
    return sendProblem(telling, request, reply, problem)
  }
  const connections = {
    connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    // Node's own refusal of a request without a host would come without our headers.
    requireHostHeader: false,
  }
  const server = fastify({
    ...(options.tls === null
      ? { http: connections }
      : { https: { ...connections, ...options.tls } }),
    // One proxy: what stands before its word on the client's address was said by the client.
    trustProxy: options.behindProxy && ((_: string, hop: number) => hop === 0),
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    frameworkErrors: fail,
    clientErrorHandler: endBroken(headers),
  })
  server.server.on('checkExpectation', (_, response) => {
    response.writeHead(417, { ...headers, connection: 'close' }).end()
  })
  const methodsOf = noteRoutes(server)
  readBodies(server)
  server.setErrorHandler(fail)
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?', 1)[0] ?? '')
    if (methods.length === 0) return sendProblem(telling, request, reply, { status: 404 })
    reply.header('allow', methods.join(', '))
    return sendProblem(telling, request, reply, { status: 405 })
  })
  server.addHook('onRequest', (request, reply, done) => {
    if (!isWellEncoded(request.url)) {
      sendProblem(telling, request, reply, { status: 400 })
      return
    }
    checkHost(request, reply)
    checkCookies(request)
    // Where there is nothing to change, nothing is forged: such a request is told its 404 or 405.
    if (!request.is404) checkOrigin(frame.shop, request)
    done()
  })
  guardCookies(server, production, log)
  setHeaders(server, headers)
  logRequests(server, log)
  endConnections(server)
  wellKnown(server, { ...options, shop: frame.shop, assets: frame.assets })
  files(server, frame.assets, options.pictures)
  return server
}

/** Last of all, so that a page out of the cache, which brings its own, does not wait for them. */
function setHeaders(server: FastifyInstance, headers: Headers): void {
  const entries = Object.entries(headers)
  server.addHook('onSend', (_, reply, payload, done) => {
    for (const [name, value] of entries) if (!reply.hasHeader(name)) reply.header(name, value)
    done(null, payload)
  })
}

/** What is kept of a request (C7): its route's pattern, its status, how long it took. */
function logRequests(server: FastifyInstance, log: Log): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply.raw
    if (statusCode < 400 && request.routeOptions.config.quiet === true) return done()
    log('request', {
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    })
    done()
  })
}

/** While the server closes, an answer that was still due ends its connection, which would be kept alive otherwise. */
function endConnections(server: FastifyInstance): void {
  let isClosing = false
  server.addHook('preClose', (done) => {
    isClosing = true
    done()
  })
  server.addHook('onSend', (_, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** The pattern that a request's address fits, `/products/:slug`; what was asked for is never noted. */
function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? 'none'}`
}

/** RFC 9112, section 3.2: no host, or two, is refused, lest a proxy before us believes another one than we do. */
function checkHost({ raw }: FastifyRequest, reply: FastifyReply): void {
  const names = raw.rawHeaders.filter((text, at) => at % 2 === 0 && text.length === 4)
  const hosts = names.filter((name) => name.toLowerCase() === 'host').length
  if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) return
  reply.header('connection', 'close')
  throw new Fault('invalid', 'A request must name one host')
}

/** What is no HTTP gets a short answer and the end of its connection. */
function endBroken(headers: Headers) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return (error: Error & { readonly code?: string }, socket: Socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
    const status = STATUS_OF_BROKEN[error.code ?? ''] ?? '400 Bad Request'
    socket.end(
      `HTTP/1.1 ${status}\r\nConnection: close\r\n${lines.join('')}` +
        `Content-Length: ${status.length}\r\nContent-Type: text/plain\r\n\r\n${status}`,
    )
  }
}
