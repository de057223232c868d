/**
 * The load of whole checkouts, a process of its own: so many shoppers at a time, for so many seconds, over and over.
 *
 * It is sent its task as a message, and answers with what came of it.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { openShopper, type Shopper } from './_shopper.ts'

export type ShoppingTask = {
  readonly store: string
  readonly slugs: readonly string[]
  readonly atOnce: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

export type Shopping = {
  /** Checkouts that ended in the measured time, each with its order paid. */
  readonly paid: number
  readonly seconds: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly failures: readonly string[]
}

const MOST_FAILURES = 5

process.once('message', (task: ShoppingTask) => {
  shop(task).then(
    (shopping) => process.send?.(shopping, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})

async function shop(task: ShoppingTask): Promise<Shopping> {
  const shoppers = await Promise.all(
    Array.from({ length: task.atOnce }, () => openShopper(new URL(task.store))),
  )
  const tally = { times: [] as number[], failures: [] as string[], bought: 0, isOver: false }
  const all = Promise.all(shoppers.map((shopper) => buyOn(shopper, task.slugs, tally)))
  await pause(task.warmUpSeconds * 1000)
  process.send?.('measuring')
  tally.times.length = 0
  const began = performance.now()
  await pause(task.seconds * 1000)
  const seconds = (performance.now() - began) / 1000
  const times = tally.times.splice(0).sort((a, b) => a - b)
  process.send?.('measured')
  tally.isOver = true
  await all
  for (const shopper of shoppers) shopper.close()
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  const { failures } = tally
  return { paid: times.length, seconds, medianMs: at(0.5), p99Ms: at(0.99), failures }
}

type Tally = { times: number[]; failures: string[]; bought: number; isOver: boolean }

async function buyOn(shopper: Shopper, slugs: readonly string[], tally: Tally): Promise<void> {
  while (!tally.isOver && tally.failures.length < MOST_FAILURES) {
    const slug = slugs[tally.bought % slugs.length] ?? ''
    tally.bought += 1
    const began = performance.now()
    try {
      await shopper.buy(slug)
      tally.times.push(performance.now() - began)
    } catch (error) {
      tally.failures.push(error instanceof Error ? error.message : String(error))
    }
  }
}
