/**
 * The journal's pages: what each third party was really told, for people and for tests.
 */

import { type Answer, json } from '../base/answer.ts'
import { type Entry, type Journal, type Party, SERVICES, serviceNamed } from '../base/journal.ts'
import { desk, html, type Markup, moment } from '../base/page.ts'
import type { Route } from '../base/server.ts'

const SHOWN = 100
const TITLES: Readonly<Record<Party, string>> = {
  processor: 'the payment processor',
  carrier: 'the carrier',
  mail: 'the mail relay',
}

export function journalRoutes(journal: Journal): readonly Route[] {
  const path = '/journal.json'
  return [
    { method: 'GET', path, handle: ({ query }) => list(journal, query) },
    {
      method: 'DELETE',
      path,
      handle: () => {
        journal.clear()
        return json({ done: true })
      },
    },
    { method: 'GET', path: '/journal', handle: ({ query }) => show(journal, query) },
  ]
}

/** `?service=…`; without it all three. `?last=N` for the newest only. Oldest first. */
function list(journal: Journal, query: URLSearchParams): Answer {
  const name = query.get('service')
  const service = serviceNamed(name)
  if (name !== null && service === undefined) {
    return json({ error: { message: `"service" must be one of ${SERVICES.join(', ')}` } }, 400)
  }
  const last = Number(query.get('last')) || undefined
  const services = service === undefined ? SERVICES : [service]
  return json(services.flatMap((one) => journal.read(one, last)))
}

function show(journal: Journal, query: URLSearchParams): Answer {
  const service = serviceNamed(query.get('service')) ?? 'processor'
  const links = SERVICES.map((one) =>
    one === service
      ? html`<strong>${TITLES[one]}</strong> `
      : html`<a href="/journal?service=${one}">${TITLES[one]}</a> `,
  )
  const entries = journal.read(service, SHOWN).toReversed()
  const told = entries.length === 0 ? html`<p>Nothing yet.</p>` : html`${entries.map(entry)}`
  return desk(`What ${TITLES[service]} was told`, html`<p>Told to ${links}</p>${told}`)
}

function entry({ at, method, path, headers, body }: Entry): Markup {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return html`<h2>${method} ${path}</h2><p class="quiet">${moment(at)}, by ${teller(path)}</p>
<pre>${readable(headers['content-type'] ?? '', body)}</pre>
${
  lines.length === 0
    ? null
    : html`<details><summary>Headers</summary>
<pre>${lines.join('\n')}</pre></details>`
}`
}

/** The payment page is used by the customer's own browser; the store is not asked. */
function teller(path: string): string {
  return path.startsWith('/pay/') ? "the customer's browser" : 'the store'
}

/**
 * Forms and JSON a field a line; everything else as it came. The verbatim text is in
 * `/journal.json`.
 */
function readable(type: string, body: string): string {
  if (body === '') return '(no body)'
  try {
    if (type.startsWith('application/json')) return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
  if (!type.startsWith('application/x-www-form-urlencoded')) return body
  return [...new URLSearchParams(body)].map(([name, value]) => `${name} = ${value}`).join('\n')
}
