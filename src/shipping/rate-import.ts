/**
 * Changing shipping prices, zones and methods by a file, and saying what they are.
 *
 * Invariant: a file in which anything is wrong changes nothing, nor does one that is taken a second time.
 */

import { readFile, stat } from 'node:fs/promises'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Currency } from '../base/money.ts'
import { gatherProblems, type Problem, type Problems } from '../catalogue/import/problem.ts'
import {
  type Method,
  type Named,
  type Offer,
  type Placed,
  type Rate,
  type RateFile,
  readRateFile,
} from './rate-file.ts'
import { CHANNEL } from './rates.ts'

export type RateImport = {
  readonly kind: RateFile['kind']
  readonly dryRun: boolean
  /** Whether the file holds now, or would hold: nothing in it is wrong. */
  readonly isTaken: boolean
  readonly rows: number
  readonly created: number
  readonly changed: number
  readonly removed: number
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

type Options = {
  /** The shop's: who has no price in it cannot order. */
  readonly currency: Currency
  readonly dryRun: boolean
}

type Counts = Pick<RateImport, 'created' | 'changed' | 'removed'>

const NOTHING: Counts = { created: 0, changed: 0, removed: 0 }
/** Far more than the prices of any shop. */
const MOST_BYTES = 20_000_000

/** @throws {Fault} `import_unreadable` */
export async function importRates(
  database: Database,
  file: string,
  { currency, dryRun }: Options,
): Promise<RateImport> {
  const text = await textOf(file)
  return database.transaction(async (tx) => {
    // Two at once would each look at what the other is about to change.
    await tx.run(sql`lock table shipping_zone in exclusive mode`)
    const problems = gatherProblems()
    const read = readRateFile(text, await namedIn(tx), problems)
    const isTaken = problems.count() === 0
    const counts = isTaken ? await difference(tx, read) : NOTHING
    if (isTaken && !dryRun) await write(tx, read)
    if (isTaken) await noteUnpriced(tx, read, currency, problems)
    return {
      ...{ kind: read.kind, dryRun, isTaken, rows: read.rows, ...counts },
      ...{ problems: problems.kept(), problemCount: problems.count() },
    }
  })
}

/** All prices, in the order of zones, methods, currencies and weights. */
export async function allRates(on: Queries): Promise<readonly Rate[]> {
  return on.many<Rate>(sql`
    select r.zone, r.method, min_days as "minDays", max_days as "maxDays", currency,
      up_to_grams as "upToGrams", price_minor as "priceMinor"
    from shipping_rate r join shipping_time using (zone, method)
    join shipping_zone z on z.code = r.zone join shipping_method m on m.code = r.method
    order by z.position, z.code, m.position, m.code, currency, up_to_grams`)
}

/** Every country that is served, in the order of the zones. */
export async function allPlaces(on: Queries): Promise<readonly Placed[]> {
  return on.many<Placed>(sql`
    select country, zone from shipping_zone_country join shipping_zone on code = zone
    order by position, zone, country`)
}

/** Every method, in the order in which they are offered. */
export async function allMethods(on: Queries): Promise<readonly Method[]> {
  return on.many<Method>(sql`select code, carrier from shipping_method order by position, code`)
}

async function textOf(file: string): Promise<string> {
  const bytes = await bytesOf(file).catch((cause: unknown) => {
    throw unreadable(file, 'it cannot be read', cause)
  })
  if (typeof bytes === 'string') throw unreadable(file, bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw unreadable(file, 'it is not written in UTF-8', cause)
  }
}

/** What is in it, or why that is not looked at: a device may have no end. */
async function bytesOf(file: string): Promise<Buffer | string> {
  const found = await stat(file)
  if (!found.isFile()) return 'it is no file'
  if (found.size > MOST_BYTES) return `it is larger than ${MOST_BYTES / 1e6} MB`
  return readFile(file)
}

function unreadable(file: string, why: string, cause?: unknown): Fault {
  const remedy = 'Name a file that is there and may be read, saved as "CSV UTF-8"'
  return new Fault('import_unreadable', `Cannot import "${file}": ${why}`, { remedy, cause })
}

async function namedIn(on: Queries): Promise<Named> {
  const codes = async (query: ReturnType<typeof sql>) =>
    (await on.many<{ code: string }>(query)).map(({ code }) => code)
  return {
    zones: await codes(sql`select code from shipping_zone order by position, code`),
    methods: await codes(sql`select code from shipping_method order by position, code`),
    carriers: await codes(sql`
      select carrier as code from shipping_method group by carrier order by min(position)`),
  }
}

/** What the file changes: a step of weight counts, or a country. */
async function difference(on: Queries, read: RateFile): Promise<Counts> {
  if (read.kind === 'zones') {
    const before = new Map((await allPlaces(on)).map(({ country, zone }) => [country, zone ?? '']))
    const after = new Map(read.placed.map(({ country, zone }) => [country, zone]))
    return countsOf(before, after)
  }
  if (read.kind === 'methods') {
    const pairs = (methods: readonly Method[]) =>
      new Map(methods.map(({ code, carrier }) => [code, carrier]))
    return countsOf(pairs(await allMethods(on)), pairs(read.methods))
  }
  const offerOf = ({ zone, method, currency }: Pick<Rate, 'zone' | 'method' | 'currency'>) =>
    `${zone} ${method} ${currency}`
  const told = new Set(read.offers.map(offerOf))
  const says = ({ minDays, maxDays }: Pick<Rate, 'minDays' | 'maxDays'>, priceMinor: number) =>
    `${minDays} ${maxDays} ${priceMinor}`
  const before = new Map(
    (await allRates(on))
      .filter((rate) => told.has(offerOf(rate)))
      .map((rate) => [`${offerOf(rate)} ${rate.upToGrams}`, says(rate, rate.priceMinor)]),
  )
  const after = new Map<string, string | null>([...before.keys()].map((key) => [key, null]))
  for (const offer of read.offers) {
    for (const { upToGrams, priceMinor } of offer.steps) {
      after.set(`${offerOf(offer)} ${upToGrams}`, says(offer, priceMinor))
    }
  }
  return countsOf(before, after)
}

/** Null after: it is to be no more. */
function countsOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string | null>,
): Counts {
  const counts = { ...NOTHING }
  for (const [key, value] of after) {
    const old = before.get(key)
    if (value === null) counts.removed += old === undefined ? 0 : 1
    else if (old === undefined) counts.created += 1
    else if (old !== value) counts.changed += 1
  }
  return counts
}

async function write(tx: Transaction, read: RateFile): Promise<void> {
  if (read.kind === 'rates') await writeOffers(tx, read.offers)
  else if (read.kind === 'zones') await writePlaces(tx, read.placed)
  else await writeMethods(tx, read.methods)
  await tx.run(sql`select pg_notify(${CHANNEL}, '')`)
}

async function writeOffers(tx: Transaction, offers: readonly Offer[]): Promise<void> {
  const times = Map.groupBy(offers, ({ zone, method }) => `${zone} ${method}`)
  const first = [...times.values()].flatMap(([one]) => one ?? [])
  const steps = offers.flatMap(({ steps, ...offer }) =>
    steps.map((step) => ({ ...offer, ...step })),
  )
  await tx.run(sql`
    insert into shipping_time (zone, method, min_days, max_days)
    select zone, method, "minDays", "maxDays"
    from jsonb_to_recordset(${JSON.stringify(first)}::jsonb)
      as t (zone text, method text, "minDays" integer, "maxDays" integer)
    on conflict (zone, method) do update
    set min_days = excluded.min_days, max_days = excluded.max_days`)
  await tx.run(sql`
    delete from shipping_rate r
    using jsonb_to_recordset(${JSON.stringify(offers)}::jsonb)
      as o (zone text, method text, currency text)
    where r.zone = o.zone and r.method = o.method and r.currency = o.currency`)
  await tx.run(sql`
    insert into shipping_rate (zone, method, currency, up_to_grams, price_minor)
    select zone, method, currency, "upToGrams", "priceMinor"
    from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb)
      as s (zone text, method text, currency text, "upToGrams" integer, "priceMinor" bigint)`)
}

/** A zone that is not known is made, after those that there are. */
async function writePlaces(tx: Transaction, placed: readonly Placed[]): Promise<void> {
  const rows = JSON.stringify(placed)
  await tx.run(sql`
    insert into shipping_zone (code, position)
    select distinct zone, (select coalesce(max(position), 0) + 1 from shipping_zone)
    from jsonb_to_recordset(${rows}::jsonb) as p (zone text) where zone is not null
    on conflict (code) do nothing`)
  await tx.run(sql`
    delete from shipping_zone_country c
    using jsonb_to_recordset(${rows}::jsonb) as p (country text) where c.country = p.country`)
  await tx.run(sql`
    insert into shipping_zone_country (country, zone)
    select country, zone from jsonb_to_recordset(${rows}::jsonb) as p (country text, zone text)
    where zone is not null`)
}

/** A new one comes after those that there are, and goes by its code. */
async function writeMethods(tx: Transaction, methods: readonly Method[]): Promise<void> {
  await tx.run(sql`
    insert into shipping_method (code, name, carrier, position)
    select code, code, carrier, (select coalesce(max(position), 0) from shipping_method) + place
    from rows from (jsonb_to_recordset(${JSON.stringify(methods)}::jsonb) as (code text, carrier text))
      with ordinality as m (code, carrier, place)
    on conflict (code) do update set carrier = excluded.carrier`)
}

/** What the file names and nobody can choose yet. */
async function noteUnpriced(
  on: Queries,
  read: RateFile,
  currency: Currency,
  problems: Problems,
): Promise<void> {
  if (read.kind === 'rates') return
  const priced = await on.many<{ zone: string; method: string }>(
    sql`select distinct zone, method from shipping_rate where currency = ${currency}`,
  )
  const column = read.kind === 'zones' ? 'zone' : 'method'
  const named =
    read.kind === 'zones'
      ? read.placed.flatMap(({ zone }) => zone ?? [])
      : read.methods.map(({ code }) => code)
  for (const name of [...new Set(named)].sort()) {
    if (priced.some((one) => one[column] === name)) continue
    const who =
      column === 'zone' ? `Nobody in zone "${name}" can order` : `Nobody can choose "${name}"`
    const reason = `${who}: it has no price in ${currency} yet`
    problems.add({ line: 1, column, reason, kind: 'noted' })
  }
}
