/**
 * The page of a person's own data: how long it takes where a thousand disclosures are to be shown, of a hundred orders,
 * each with all that is held about it. Asked for over HTTP, one after the other, as its person does by the link.
 */

import { sql } from '../src/base/database.ts'
import { dataLink } from '../test/support/own-data.ts'
import { ADA, buy } from '../test/support/purchase.ts'
import { type TestStore, testStore } from '../test/support/store.ts'
import type { Finding } from './_report.ts'
import { articlesCsv } from './_store.ts'

const ORDERS = 100
const DISCLOSURES = 1000
const AT_ONCE = 10
const WARM_UP = 20
const PAGES = 300
const MOST_MS = 100

export async function measureOwnData(): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  try {
    const options = { embedded: true, catalogue: articlesCsv(1) }
    const store = await testStore({ after: (end) => ends.push(end) }, options)
    const wanted = { slug: 'article-1', contact: ADA }
    for (let bought = 0; bought < ORDERS; bought += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => buy(store, wanted)))
    await store.work()
    const page = await dataLink(store, ADA.email ?? '')
    const shown = await addDisclosures(store)
    await times(page, WARM_UP)
    const { sorted, bytes } = await times(page, PAGES)
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
    return [
      {
        claim: `Own data page with ${shown} disclosures, 99th percentile`,
        measured: at(0.99),
        unit: ' ms',
        goal: { most: MOST_MS },
        notes: [
          `median ${at(0.5).toFixed(0)} ms, of ${PAGES} one after the other; ${ORDERS} orders, ` +
            `${Math.round(bytes / 1024)} KiB a page`,
        ],
      },
    ]
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** Copies the disclosures that there are until there are enough, as if more had been told of the same orders. */
async function addDisclosures({ database }: TestStore): Promise<number> {
  await database.run(sql`
    insert into disclosure (id, subject, recipient, purpose, company, fields, channel, revision, clause,
      because, granted_at, outcome, outcome_at)
    select (left(replace(d.id::text, '-', ''), 12) || '7fff8' || lpad(to_hex(n), 15, '0'))::uuid,
      subject, recipient, purpose, company, fields, channel, revision, clause, because, granted_at,
      outcome, outcome_at
    from generate_series(1::bigint, ${DISCLOSURES}::bigint) as n join (
      select *, row_number() over (order by id) as place, count(*) over () as there from disclosure
    ) as d on place = 1 + n % there
    where n <= ${DISCLOSURES} - there`)
  await database.script('analyze disclosure')
  return (await database.one<{ n: number }>(sql`select count(*) as n from disclosure`)).n
}

async function times(page: URL, count: number) {
  const found: number[] = []
  let bytes = 0
  for (let asked = 0; asked < count; asked += 1) {
    const began = performance.now()
    const answer = await fetch(page)
    bytes = (await answer.arrayBuffer()).byteLength
    found.push(performance.now() - began)
    if (answer.status !== 200) throw new Error(`The page was answered with ${answer.status}`)
  }
  return { sorted: found.sort((a, b) => a - b), bytes }
}
