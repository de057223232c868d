/**
 * (b) Placing an order, everything but HTTP: reading the cart, the transaction with sealing, stock, ledger and leave to
 * tell the processor, opening the record for that, the outcome. Against a bare `pg` client that runs the same
 * statements, captured from it, in as many round trips, with plain bytes where ours seals.
 *
 * The processor answers at once and in this process, after the request's bytes have been inspected: what it is to be
 * told goes nowhere. The database is the store's own, with fsync.
 */

import { randomBytes } from 'node:crypto'
import { systemClock } from '../src/base/clock.ts'
import type { Database } from '../src/base/database.ts'
import { type Id, newId } from '../src/base/ids.ts'
import { addToCart } from '../src/cart/cart.ts'
import { readContact } from '../src/checkout/contact.ts'
import { type Checkout, place, type Wanted } from '../src/checkout/place.ts'
import { summarise } from '../src/checkout/summary.ts'
import type { Processor } from '../src/payments/processor.ts'
import { testStore } from '../test/support/store.ts'
import type { Finding } from './_report.ts'
import { compare } from './_rounds.ts'
import { captured, openReplay, type Replay } from './_statements.ts'
import { articlesCsv } from './_store.ts'

const LEAST = 0.6
const AT_ONCE = 16
const ROUNDS = 7
const ROUND_MS = 2000
const COUNTRY = 'DK'

const TYPED = {
  email: 'ada.lovelace@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  line1: '12 Analytical Row',
  postalCode: '1050',
  city: 'Copenhagen',
  phone: '+45 20 30 40 50',
}

export async function measurePlacing(): Promise<readonly Finding[]> {
  const ends: (() => Promise<void>)[] = []
  try {
    const options = { embedded: true, catalogue: articlesCsv(AT_ONCE) }
    const store = await testStore({ after: (end) => ends.push(end) }, options)
    const { pricing, payments } = store.checkout
    const checkout = { pricing, payments: { ...payments, processor: atOnce(payments.processor) } }
    const wanted = await Promise.all(
      store.catalogue.products().map((product) => {
        return wantedOf(checkout, store.database, product.variants[0]?.id ?? '')
      }),
    )
    const replays: Replay[] = []
    for (const one of wanted) {
      const replay = await replayOf(checkout, store.database, one)
      ends.push(replay.close)
      replays.push(replay)
    }
    const ours = wanted.map((one) => () => place(checkout, one))
    const theirs = replays.map(({ run }) => run)
    await rate(ours)
    await rate(theirs)
    const found = await compare(
      ROUNDS,
      () => rate(ours),
      () => rate(theirs),
    )
    const [{ statements, roundTrips } = { statements: 0, roundTrips: 0 }] = replays
    return [
      {
        claim: 'Placing an order, against bare pg running the same statements unsealed',
        measured: found.ratio,
        goal: { least: LEAST },
        notes: [
          `${found.ours.toFixed(0)} orders a second, bare ${found.theirs.toFixed(0)}; ` +
            `${statements} statements in ${roundTrips} round trips, ${AT_ONCE} at a time, ` +
            `${ROUNDS} rounds in turn, each ${ROUND_MS / 1000} s`,
        ],
      },
    ]
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

/** A processor whose answer costs nothing. */
function atOnce(processor: Processor): Processor {
  return {
    ...processor,
    async start({ orderReference, amountMinor, currency }, urls, _, way) {
      way.inspect(Buffer.from(`${orderReference} ${amountMinor} ${currency} ${urls.paid}`))
      way.travelled('loopback')
      return { id: `cs_test_${randomBytes(29).toString('hex')}`, url: urls.paid }
    },
  }
}

async function wantedOf(checkout: Checkout, database: Database, variantId: Id): Promise<Wanted> {
  const line = { variantId, quantity: 1 }
  const cartId = await addToCart(database, newId(systemClock()), line, systemClock())
  const summary = summarise(checkout.pricing, [line], COUNTRY)
  const [option] = summary.options
  const read = readContact(TYPED, COUNTRY)
  if (option === undefined || 'problems' in read) throw new Error('The order cannot be placed')
  const shownMinor = option.totals.totalMinor
  const method = option.quote.method
  const { contact } = read
  return { cartId, contact, country: COUNTRY, method, shownMinor, language: 'en' }
}

async function replayOf(checkout: Checkout, database: Database, wanted: Wanted): Promise<Replay> {
  const statements = await captured(() => place(checkout, wanted))
  return openReplay(database.pool.options, statements)
}

/** How often a second they are done, one after the other each, all at once. */
async function rate(works: readonly (() => Promise<unknown>)[]): Promise<number> {
  const began = performance.now()
  const counts = await Promise.all(
    works.map(async (work) => {
      let done = 0
      for (; performance.now() - began < ROUND_MS; done += 1) await work()
      return done
    }),
  )
  return (counts.reduce((sum, done) => sum + done, 0) * 1000) / (performance.now() - began)
}
