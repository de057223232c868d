/**
 * What a browser or a machine sends us: forms (`application/x-www-form-urlencoded`, `multipart/form-data`) and JSON,
 * each read strictly.
 *
 * Anything broken is the sender's fault and gets a 400, never a guess: bad percent-encoding, bytes that are no UTF-8,
 * a NUL (PostgreSQL stores none), a field twice, too many fields, a file, which no form of ours takes. Other types of
 * body get a 415.
 *
 * A webhook's body stays bytes, since its signature is over the bytes.
 */

import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../base/failure.ts'

/** Larger forms than this do not exist here. */
export const BODY_LIMIT_BYTES = 100 * 1024
const FIELD_LIMIT = 200

/** The fields of a form, by name. A field that was not sent is undefined. */
export type Submitted = Readonly<Partial<Record<string, string>>>

/** The form that a request carries; without a body an empty one. */
export function submitted(request: FastifyRequest): Submitted {
  const { body } = request
  return isFields(body) ? body : {}
}

/** A word out of the query (`?q=…`), the first if it is there twice; empty if it is not. */
export function queried(request: FastifyRequest, name: string): string {
  const { query } = request
  if (typeof query !== 'object' || query === null || !Object.hasOwn(query, name)) return ''
  const value: unknown = Reflect.get(query, name)
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : ''
}

/** The page of a list that a query asks for (`?page=2`); the first if it says nothing that is one. */
export function pageAsked(request: FastifyRequest): number {
  const page = Number(queried(request, 'page'))
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}

/** A parameter of the route's pattern, such as `:number`. */
export function parameter({ params }: FastifyRequest, name: string): string {
  const value: unknown =
    typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined
  return typeof value === 'string' ? value : ''
}

/** Teaches the server to read forms, JSON and the bytes of webhooks, and nothing else. */
export function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) =>
      request.routeOptions.config.webhook === true ? bytes : parseForm(textOf(bytes)),
  )
  server.addContentTypeParser<Buffer>(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async ({ headers }: FastifyRequest, bytes: Buffer) =>
      parseMultipart(bytes, headers['content-type'] ?? ''),
  )
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) =>
      request.routeOptions.config.webhook === true ? bytes : parseJson(bytes),
  )
}

/** @throws {Fault} `invalid` */
export function parseForm(text: string): Submitted {
  return text === '' ? {} : fieldsOf(text.split('&', FIELD_LIMIT + 1).map(splitPair))
}

/** @throws {Fault} `invalid` */
async function parseMultipart(bytes: Buffer, type: string): Promise<Submitted> {
  // The reader would put a sign in the place of what is none.
  if (!isUtf8(bytes)) throw unreadable('its encoding is broken')
  const read = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const form = await read.catch(() => {
    throw unreadable('it is no whole form')
  })
  return fieldsOf(
    [...form].map(([name, value]) => {
      if (typeof value !== 'string') throw unreadable('a file is in it')
      if (`${name}${value}`.includes('\0')) throw unreadable('its encoding is broken')
      return [name, value] as const
    }),
  )
}

function fieldsOf(pairs: readonly (readonly [string, string])[]): Submitted {
  const fields: Record<string, string> = {}
  if (pairs.length > FIELD_LIMIT) throw unreadable('it has too many fields')
  for (const [name, value] of pairs) {
    if (name === '__proto__') throw unreadable('a field has a name that is not allowed')
    if (Object.hasOwn(fields, name)) throw unreadable('a field is in it twice')
    fields[name] = value
  }
  return fields
}

/** Whether each `%` of a URL or a form stands before a code that can be read, and none of them is a NUL. */
export function isWellEncoded(text: string): boolean {
  if (!text.includes('%')) return true
  try {
    return !decodeURIComponent(text).includes('\0')
  } catch {
    return false
  }
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
}

function decode(encoded: string): string {
  if (!isWellEncoded(encoded)) throw unreadable('its encoding is broken')
  const text = encoded.replaceAll('+', ' ')
  const decoded = text.includes('%') ? decodeURIComponent(text) : text
  if (decoded.includes('\0')) throw unreadable('its encoding is broken')
  return decoded
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw unreadable('its encoding is broken')
  return bytes.toString('utf8')
}

function parseJson(bytes: Buffer): unknown {
  const text = textOf(bytes)
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('it is not JSON')
  }
}

function unreadable(why: string): Fault {
  return new Fault('invalid', `What was sent cannot be read: ${why}`, {
    remedy: 'Go back to the page, look at what you entered, and send it again',
  })
}

function isFields(body: unknown): body is Submitted {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body)
}
