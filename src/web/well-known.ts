/**
 * Resources with addresses that standards give: `/.well-known/…`, `/robots.txt`, `/favicon.ico`.
 *
 * C7: Do Not Track is answered as W3C's Tracking Preference Expression says, Global Privacy Control as its
 * specification says, and each says the same to everyone: nobody is tracked, whatever was asked. EFF's policy, to the
 * byte, is there where the merchant has made it a promise of their own.
 */

import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../base/clock.ts'
import type { Assets } from './assets.ts'
import { DAILY } from './headers.ts'
import type { Shop } from './shop.ts'

export type WellKnownOptions = {
  readonly shop: Shop
  readonly assets: Assets
  readonly clock: Clock
  /** The date of the policy's revision in force, `YYYY-MM-DD`. */
  readonly policyDate: string
}

/** RFC 9116 wants less than a year, so that an old file is not believed. */
const SECURITY_TXT_DAYS = 300

const TRACKING_STATUS = JSON.stringify({
  tracking: 'N',
  policy: '/privacy',
  controller: ['/imprint'],
})

const ROBOTS = `User-agent: *
${['/admin', '/cart', '/checkout', '/orders', '/search'].map((path) => `Disallow: ${path}`).join('\n')}
`

export function wellKnown(server: FastifyInstance, options: WellKnownOptions): void {
  const { shop, assets, clock, policyDate } = options
  const trackingStatus = (_: unknown, reply: FastifyReply) =>
    fixed(reply, 'application/tracking-status+json', TRACKING_STATUS)
  const privacyControl = JSON.stringify({ gpc: true, lastUpdate: policyDate })
  server.get('/.well-known/dnt/', trackingStatus)
  server.get('/.well-known/dnt/:id', trackingStatus)
  server.get('/.well-known/gpc.json', (_, reply) =>
    fixed(reply, 'application/json', privacyControl),
  )
  server.get('/.well-known/security.txt', (_, reply) =>
    fixed(reply, 'text/plain; charset=utf-8', securityTxt(shop, clock())),
  )
  if (shop.promisesDntPolicy) {
    const { type, bytes } = assets.named('dnt-policy.txt')
    server.get('/.well-known/dnt-policy.txt', (_, reply) => fixed(reply, type, bytes))
  }
  server.get('/robots.txt', (_, reply) => fixed(reply, 'text/plain; charset=utf-8', ROBOTS))
  server.get('/favicon.ico', (_, reply) => {
    const { type, bytes } = assets.named('favicon.ico')
    return fixed(reply, type, bytes)
  })
}

/** RFC 9116. The same all day, so that it can be cached. */
export function securityTxt({ publicUrl, contactEmail, language }: Shop, now: Temporal.Instant) {
  const today = now.toZonedDateTimeISO('UTC').startOfDay()
  const expires = today.add({ days: SECURITY_TXT_DAYS }).toInstant().toString()
  return [
    `Contact: mailto:${contactEmail}`,
    `Expires: ${expires}`,
    `Canonical: ${new URL('/.well-known/security.txt', publicUrl)}`,
    `Policy: ${new URL('/security', publicUrl)}`,
    `Preferred-Languages: ${language}`,
    '',
  ].join('\n')
}

/** Sent as bytes, since the server would add a charset to the type of a text. */
function fixed(reply: FastifyReply, type: string, content: string | Buffer): FastifyReply {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return reply.header('cache-control', DAILY).header('content-type', type).send(bytes)
}
