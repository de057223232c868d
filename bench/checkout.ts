/**
 * (c) How many whole guest checkouts a second, over HTTP, from the product's page to the order's own page that says it
 * is paid: store, embedded PostgreSQL with fsync, sandbox, jobs and the load itself on this one machine.
 */

import type { Finding } from './_report.ts'
import type { Shopping } from './_shoppers.ts'
import { AT_ONCE, drain, shop } from './_shopping.ts'
import { databaseOf, importArticles, newFolder, shows, startStore } from './_store.ts'

const GOAL = 150
const ARTICLES = 48
const WARM_UP_SECONDS = 8
const SECONDS = 20
const SECONDS_OF_ONE = 10

export async function measureCheckout(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const store = await startStore(folder.path)
  const database = await databaseOf(store)
  try {
    const slugs = await importArticles(database, folder.path, ARTICLES)
    await shows(store, `/products/${slugs.at(-1)}`)
    const many = await shop(store, { slugs, warmUpSeconds: WARM_UP_SECONDS, seconds: SECONDS })
    const drained = await drain(database)
    const one = await shop(store, {
      slugs: slugs.slice(0, 1),
      warmUpSeconds: 2,
      seconds: SECONDS_OF_ONE,
    })
    await drain(database)
    return [
      {
        claim: `Guest checkouts a second, ${AT_ONCE} at a time, over ${SECONDS} s`,
        measured: rateOf(many),
        goal: { least: GOAL },
        notes: [
          `${many.paid} orders, each seen paid; ${times(many)}`,
          ...(many.cpu === '' ? [] : [`CPU a checkout: ${many.cpu}`]),
          `messages still to be sent at the end: ${drained.waiting}, ` +
            `sent ${drained.seconds.toFixed(1)} s later`,
          ...many.failures,
        ],
      },
      {
        claim: `The same, all ${AT_ONCE} after one article, over ${SECONDS_OF_ONE} s`,
        measured: rateOf(one),
        notes: [`${one.paid} orders, each seen paid; ${times(one)}`, ...one.failures],
      },
    ]
  } finally {
    await database.close()
    await store.stop()
    await folder.remove()
  }
}

function rateOf({ paid, seconds }: Shopping): number {
  return paid / seconds
}

function times({ medianMs, p99Ms }: Shopping): string {
  return `a checkout takes ${medianMs.toFixed(0)} ms (median), ${p99Ms.toFixed(0)} ms (99th percentile)`
}
