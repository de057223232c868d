/**
 * Statements as they went to the database, captured from one piece of work, and run again by a bare client.
 *
 * Run again, the ids that the work made are new ones of the same kind, and bytes are random ones of the same length;
 * everything else is as it was.
 */

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { systemClock } from '../src/base/clock.ts'
import { instantOf, newId } from '../src/base/ids.ts'

type Statement = {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export type Captured = {
  /** Statements by round trip: those of one left before any of them was answered. */
  readonly trips: readonly (readonly Statement[])[]
  /** When the work began: later ids are its own. */
  readonly since: Temporal.Instant
}

export type Replay = {
  readonly statements: number
  readonly roundTrips: number
  readonly run: () => Promise<void>
  readonly close: () => Promise<void>
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g

/** What `work` asks the database; nothing else may ask it meanwhile. */
export async function captured(work: () => Promise<unknown>): Promise<Captured> {
  const since = systemClock()
  const trips: Statement[][] = []
  let unanswered = 0
  const { query } = pg.Client.prototype
  const answered = () => {
    unanswered -= 1
  }
  // A pool asks with a callback, a transaction waits for a promise.
  const hearing = (given: unknown) =>
    typeof given !== 'function'
      ? given
      : (...results: readonly unknown[]) => {
          answered()
          return Reflect.apply(given, undefined, results)
        }
  function record(this: pg.Client, ...asked: readonly unknown[]): unknown {
    if (unanswered === 0) trips.push([])
    unanswered += 1
    trips.at(-1)?.push(statementOf(asked[0], asked[1]))
    const result: unknown = Reflect.apply(query, this, asked.map(hearing))
    if (result instanceof Promise) result.then(answered, answered)
    return result
  }
  Object.assign(pg.Client.prototype, { query: record })
  try {
    await work()
  } finally {
    Object.assign(pg.Client.prototype, { query })
  }
  return { trips, since }
}

/** A client of its own for statements to be run again. */
export async function openReplay(
  options: pg.PoolConfig,
  { trips, since }: Captured,
): Promise<Replay> {
  const client = new pg.Client(options)
  await client.connect()
  const made = idsOf(trips, since)
  return {
    statements: trips.flat().length,
    roundTrips: trips.length,
    async run() {
      const fresh = new Map(made.map((id) => [id, newId(systemClock())]))
      for (const trip of trips) {
        const { stream } = client.connection
        stream.cork()
        const asked = trip.map(({ values, ...statement }) =>
          client.query({ ...statement, values: values.map((value) => renewed(value, fresh)) }),
        )
        stream.uncork()
        await Promise.all(asked)
      }
    },
    close: () => client.end(),
  }
}

function statementOf(asked: unknown, beside: unknown): Statement {
  const given = Array.isArray(beside) ? beside : []
  if (typeof asked === 'string') return { name: '', text: asked, values: given }
  const { name = '', text, values = given }: pg.QueryConfig = Object(asked)
  return { name, text, values }
}

/** The ids that were made while the work ran: by it, that is. */
function idsOf(trips: Captured['trips'], since: Temporal.Instant): readonly string[] {
  const ids = [...JSON.stringify(trips).matchAll(ID)].map(([id]) => id)
  const began = since.epochMilliseconds
  return [...new Set(ids)].filter((id) => instantOf(id).epochMilliseconds >= began)
}

function renewed(value: unknown, fresh: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replace(ID, (id) => fresh.get(id) ?? id)
  if (Buffer.isBuffer(value)) return randomBytes(value.length)
  if (Array.isArray(value)) return value.map((one) => renewed(one, fresh))
  return value
}
