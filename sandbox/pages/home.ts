/**
 * The desk's first page: where everything is.
 */

import { desk, html } from '../base/page.ts'
import type { Route } from '../base/server.ts'

export function homeRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: '/', handle: () => desk('The outside world', BODY) },
    { method: 'GET', path: '/favicon.ico', handle: () => ({ status: 204, headers: {}, body: '' }) },
  ]
}

const BODY = html`<p>For demonstrations and tests: a payment processor, a carrier and a mail relay,
as the store
meets them. No money moves, no parcel is carried, no message leaves this machine.</p>
<ul class="cards">
<li><a href="/payments"><strong>Payments</strong><span>What was paid, and what went back</span></a></li>
<li><a href="/carrier"><strong>Parcels</strong><span>Labels, and buttons that move a parcel on</span></a></li>
<li><a href="/inbox"><strong>Inbox</strong><span>Every message that the store sent</span></a></li>
<li><a href="/journal"><strong>Journal</strong>
<span>What each third party was really told, word for word</span></a></li>
</ul>`
