/**
 * What the doctor looks at in the database: its safety, months ahead, work that stands still, rows that lost others.
 *
 * Invariant: counts only; no row is shown.
 */

import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { type Database, type Query, sql } from '../../base/database.ts'
import { OLDEST_POSTGRES, readDurability } from '../../base/durability.ts'
import { lowestId } from '../../base/ids.ts'
import { payableStep } from '../../base/money.ts'
import type { Config } from '../../config/config.ts'
import { openSecret } from '../../privacy/keys.ts'
import { openRootKey } from '../../privacy/root-keys/root-key.ts'
import { clockHold } from '../../privacy/steady-time.ts'
import { type Finding, finding, ok, unlessDemonstration } from './finding.ts'
import { unmade } from './installation.ts'

const MONTHS_AHEAD = 2
const CLOCK_WARNING_S = 5
const CLOCK_DANGER_S = 60
const OPEN_HOURS = 24
const BACKUP_DAYS = 2
const LATE_DAYS = 2
/** Disclosures are tried for a day; older ones than this are not looked for. */
const LOOK_BACK_DAYS = 90

export async function checkData(
  database: Database,
  clock: Clock,
  config: Config,
): Promise<readonly Finding[]> {
  return [
    ...(await checkSafety(database, config)),
    await checkRootKey(database, config, clock),
    await checkClock(database, clock),
    await checkMonths(database, clock),
    await checkBackups(database, clock, config),
    await checkJobs(database),
    await checkDisclosures(database, clock),
    await checkRefunds(database),
    await checkCustoms(database),
    await checkRates(database, config),
    ...(await checkPayable(database, config)),
    ...(await checkOrders(database)),
    await checkGenerations(database, clock, config),
    await checkRetention(database),
  ]
}

async function checkSafety(database: Database, config: Config): Promise<readonly Finding[]> {
  const { major, off } = await readDurability(database)
  const version =
    major >= OLDEST_POSTGRES
      ? ok(`PostgreSQL ${major}`)
      : finding('danger', `PostgreSQL ${major} is too old`, `Use ${OLDEST_POSTGRES} or newer`)
  if (off.length === 0) return [version, ok('The database keeps what it has confirmed')]
  const names = off.join(', ')
  return [
    version,
    finding(
      unlessDemonstration(config, 'danger'),
      `The database has ${names} off: after a power cut it forgets what it confirmed (C3.1)`,
      `Set ${names} to on`,
    ),
  ]
}

/** Said before the next start does: a store that runs has opened its keys long since. */
async function checkRootKey(
  database: Database,
  { rootKey, dataFolder }: Config,
  clock: Clock,
): Promise<Finding> {
  const made = await database.first(sql`select 1 from generation limit 1`)
  if (made === undefined) return ok('No key was made yet')
  try {
    await openSecret(await openRootKey(rootKey, clock), join(dataFolder, 'keys'), 'index')
    return ok('The root key opens the keys')
  } catch (error) {
    return unmade('The store would not start again', error)
  }
}

/** What ends by the clock must not end by a wrong one. */
async function checkClock(database: Database, clock: Clock): Promise<Finding> {
  const { now } = await database.one<{ now: Temporal.Instant }>(
    sql`select clock_timestamp() as now`,
  )
  const apart = Math.abs(clock().since(now).total('seconds'))
  if (apart < CLOCK_WARNING_S) return ok('The clocks of store and database agree')
  return finding(
    apart < CLOCK_DANGER_S ? 'warning' : 'danger',
    `The clocks of store and database are ${Math.round(apart)} s apart`,
    'Have both set by NTP',
  )
}

async function checkMonths(database: Database, clock: Clock): Promise<Finding> {
  const present = clock().toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
  const wanted = Array.from({ length: MONTHS_AHEAD + 1 }, (_, months) =>
    present.add({ months }).toString(),
  )
  const missing = await database.many<{ month: string }>(sql`
    select month from unnest(${wanted}::text[]) as month
    where to_regclass('orders_' || replace(month, '-', '_')) is null order by month`)
  const [first] = missing
  if (first === undefined) return ok(`Tables are ready for ${MONTHS_AHEAD} months ahead`)
  return finding(
    first.month === wanted[0] ? 'danger' : 'warning',
    `There are no tables for ${missing.map(({ month }) => month).join(', ')}`,
    'Start the store: it makes them each day, and at its start',
  )
}

/** Those of the store's own command; what became of a file afterwards cannot be known here. */
async function checkBackups(database: Database, clock: Clock, config: Config): Promise<Finding> {
  const { last } = await database.one<{ last: Temporal.Instant | null }>(
    sql`select max(made_at) as last from backup`,
  )
  const remedy = 'Run `npm run tacet -- backup FILE` each day, and mirror the keys folder after it'
  const level = unlessDemonstration(config, 'warning')
  if (last === null) return finding(level, 'No backup was made by `tacet backup`', remedy)
  const days = Math.floor(clock().since(last).total('hours') / 24)
  if (days < BACKUP_DAYS) return ok('A backup was made in the last two days')
  return finding(level, `The last backup by \`tacet backup\` is ${days} days old`, remedy)
}

async function checkJobs(database: Database): Promise<Finding> {
  const failed = await database.many<{ task: string; count: number }>(sql`
    select task_identifier as task, count(*) as count from graphile_worker.jobs
    where attempts >= max_attempts and locked_at is null group by 1 order by 1`)
  if (failed.length === 0) return ok('No work has failed for good')
  return finding(
    'warning',
    `Failed for good: ${failed.map(({ task, count }) => `${count} × ${task}`).join(', ')}`,
    'Look for "job failed" in the logs; in the back office the order can be handled again',
  )
}

async function checkDisclosures(database: Database, clock: Clock): Promise<Finding> {
  const from = lowestId(clock().subtract({ hours: 24 * LOOK_BACK_DAYS }))
  const to = lowestId(clock().subtract({ hours: OPEN_HOURS }))
  const count = await counted(
    database,
    sql`select count(*) from disclosure where id >= ${from} and id < ${to} and outcome is null`,
  )
  if (count === 0) return ok('Every disclosure has its outcome')
  return finding(
    'warning',
    `${count} disclosures are open for over a day: granted, and neither delivered nor given up`,
    'Look whether the store runs and its recipients answer',
  )
}

async function checkRefunds(database: Database): Promise<Finding> {
  const count = await counted(database, sql`select count(*) from refund where state = 'unclear'`)
  if (count === 0) return ok('It is known of every refund whether it was made')
  return finding(
    'warning',
    `${count} refunds are unclear: they may have been made, and their amounts stay reserved`,
    'Look whether the processor answers; the back office says above its orders which they are',
  )
}

async function checkCustoms(database: Database): Promise<Finding> {
  const count = await counted(
    database,
    sql`
      select count(*) from variant join product on product.id = product_id
      where status = 'active' and (hs_code is null or origin_country is null)`,
  )
  if (count === 0) return ok('Every article has what a customs declaration needs')
  return finding(
    'notice',
    `${count} articles have no HS code or no country of origin: they cannot leave the customs territory`,
    'Import them again with the columns hs_code and origin_country',
  )
}

/** A parcel without a price goes nowhere, and the checkout says so to every customer. */
async function checkRates(database: Database, { shop: { currency } }: Config): Promise<Finding> {
  const count = await counted(
    database,
    sql`select count(*) from shipping_rate where currency = ${currency}`,
  )
  if (count > 0) return ok(`Parcels have prices in ${currency}`)
  return finding(
    'danger',
    `No parcel has a price in ${currency}: nobody can order anything`,
    'Import prices by `npm run tacet -- shipping import FILE`, or set STORE_CURRENCY to another',
  )
}

/** Of a catalogue from before such prices were refused. The processor takes none of them, nor a total with one. */
async function checkPayable(
  database: Database,
  { shop: { currency } }: Config,
): Promise<readonly Finding[]> {
  const step = payableStep(currency)
  if (step === 1) return []
  const count = await counted(
    database,
    sql`
      select (select count(*) from price
          where currency = ${currency} and amount_minor % ${step}::bigint <> 0)
        + (select count(*) from shipping_rate
          where currency = ${currency} and price_minor % ${step}::bigint <> 0) as count`,
  )
  if (count === 0) return [ok(`All prices in ${currency} can be paid`)]
  return [
    finding(
      'danger',
      `${count} prices cannot be paid in ${currency}: nobody can order what has one`,
      'Import them again with a last digit of 0',
    ),
  ]
}

async function checkOrders(database: Database): Promise<readonly Finding[]> {
  const lost: readonly (readonly [string, Query])[] = [
    [
      'orders without lines',
      sql`
        select count(*) from orders
        where not exists (select from order_line where order_id = orders.id)`,
    ],
    [
      'order lines without their order',
      sql`
        select count(*) from order_line
        where not exists (select from orders where orders.id = order_id)`,
    ],
    [
      'paid orders without their accounting record',
      sql`
        select count(*) from payment where state = 'paid'
        and not exists (select from accounting_record record where record.order_id = payment.order_id)`,
    ],
  ]
  const found: Finding[] = []
  for (const [what, query] of lost) {
    const count = await counted(database, query)
    if (count > 0) found.push(finding('danger', `${count} ${what}`, 'Restore from a backup'))
  }
  return found.length > 0 ? found : [ok('Orders, lines and accounting records belong together')]
}

async function counted(database: Database, query: Query): Promise<number> {
  return (await database.one<{ count: number }>(query)).count
}

/** Keys that do not turn, or are not destroyed, open backups of what was erased (C3.1). */
async function checkGenerations(
  database: Database,
  clock: Clock,
  { backupHorizonDays: days }: Config,
): Promise<Finding> {
  const { last, overdue } = await database.one<{
    last: Temporal.Instant | null
    overdue: number
  }>(sql`
    select max(created_at) as last,
      count(*) filter (where destroyed_at is null
        and ended_at + make_interval(days => ${days + LATE_DAYS}) < now()) as overdue
    from generation`)
  const since = last === null ? 0 : clock().since(last).total('hours')
  if (since > LATE_DAYS * 24) {
    return finding(
      'warning',
      `The keys have not turned for ${Math.floor(since / 24)} days (C3.1)`,
      'Let the store run, and look for "turn generations" in its log',
    )
  }
  if (overdue > 0) {
    return finding(
      'warning',
      `${overdue} generation keys outlive the backup horizon: only days on which the store runs count`,
      'Let the store run on; it destroys them by itself',
    )
  }
  return ok('The generations of keys turn')
}

/** While the clock is not trusted, nothing ends that has to end (C3.2). */
async function checkRetention(database: Database): Promise<Finding> {
  const hold = await clockHold(database)
  if (hold === undefined) return ok('Retention trusts the clock')
  return finding(
    'danger',
    `Nothing is ended by the clock since ${hold.at.toString().slice(0, 10)}: ${hold.because} (C3.2)`,
    'Look at the clock of this machine; when it is right, `npm run tacet -- retention resume`',
  )
}
