/**
 * Forms from elsewhere are refused: a request that changes something must come from a page of ours.
 *
 * Stateless, so that a visitor needs no cookie and no token (C1): every browser since 2023 sends `Sec-Fetch-Site`, and
 * those before it send `Origin` with a POST. Routes that machines call (webhooks) prove themselves by signature and
 * set `config: { webhook: true }`.
 */

import type { FastifyRequest } from 'fastify'
import { Fault } from '../base/failure.ts'
import type { Shop } from './shop.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * Lets a request pass that changes nothing or comes from the shop's own pages.
 *
 * @throws {Fault} `forbidden`
 */
export function checkOrigin({ publicUrl }: Shop, request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method) || request.routeOptions.config.webhook === true) return
  const { 'sec-fetch-site': site, origin, host } = request.headers
  if (site === undefined ? isOurs(publicUrl, origin, host) : site === 'same-origin') return
  throw new Fault('forbidden', 'This form was not sent from a page of this shop', {
    remedy: 'Open the page again in this shop and send the form from there',
  })
}

/**
 * On loopback the shop has as many names as the machine (`localhost`, `127.0.0.1`), so the host asked for counts, as
 * long as it is one of them: a name from elsewhere that was made to lead here is not.
 */
function isOurs(publicUrl: URL, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false
  if (origin === publicUrl.origin) return true
  const hostname = URL.parse(origin)?.hostname ?? ''
  return (
    isLoopback(publicUrl.hostname) &&
    isLoopback(hostname) &&
    origin === `${publicUrl.protocol}//${host}`
  )
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
