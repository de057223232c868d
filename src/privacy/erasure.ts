/**
 * Erasure: a person ends what is held about them (C3.1), except what has to stay for a while (C3.2).
 *
 * What is closed ends at once, in one transaction: keys, sealed values, look-up values, the links to the ledger; then a
 * second look; then the ledger's entry, which is the receipt. An order that is still open is found by no name any more;
 * it is noted, without any value, and ends by `endRequested` when it closes.
 *
 * Invariant: an erasure that leaves something behind is none: it rolls back whole.
 * Invariant: a request holds an order's reference and a time, and ends with the order.
 */

import { inChunks } from '../base/chunks.ts'
import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { check } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { livingOf } from './_living.ts'
import { lockMailboxes } from './_mailbox-key.ts'
import type { Ending, Endings } from './endings.ts'
import { TURN_DAYS } from './generations.ts'
import { type Holding, type Known, knownOf, newestOf, openOf, staysUntil } from './holdings.ts'
import { append } from './ledger.ts'
import { endPastHolds, holdsOf, type LegalHold } from './legal-hold.ts'
import { type Claimed, claimMailbox, endMailbox, endRows, noteLeft } from './mailbox.ts'
import { type RetentionRule, retention } from './policy.ts'
import type { Vault } from './vault.ts'

export type Erasing = {
  readonly database: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly holdings: readonly Holding[]
  readonly endings: Endings
  /** Days after which no backup exists any more. */
  readonly backupHorizonDays: number
  /**
   * Asks for the companies to be told, in the erasure's transaction. Returns the disclosures of that. Where a mailbox
   * is named, they are told once the rows of its orders have followed, with the references in these.
   */
  readonly tell: (tx: Transaction, known: readonly Known[], mailbox?: Id) => Promise<readonly Id[]>
}

/** What it takes to end orders whose time is over. Nobody has asked for it, so no company is asked to follow. */
export type EndingByTime = Omit<Erasing, 'tell' | 'vault'>

const ASKED = 'the person asked'
/** Orders that end in one transaction after a restore. */
const AT_ONCE = 500

/**
 * Erases what is closed, and of what is still open that which the policy ends at once; the rest is noted. Returns the
 * ledger's entry, or undefined when there was nothing to end.
 *
 * @param asked the orders and accounts, or how they are claimed in the transaction.
 * @param named the entry, where it was named beforehand.
 */
export async function erase(
  erasing: Erasing,
  asked: readonly Id[] | ((tx: Transaction) => Promise<readonly Id[]>),
  named?: Id,
): Promise<Id | undefined> {
  const { database, clock, holdings, endings } = erasing
  return database.transaction(async (tx) => {
    const all = typeof asked === 'function' ? await asked(tx) : asked
    if (all.length === 0) return undefined
    const claimed = await claimMailbox(erasing, tx, all)
    const asWell = claimed?.others ?? all
    await lockMailboxes(tx, asWell)
    const living = await livingOf(tx, asWell)
    const promised = await endPromised(erasing, tx, living)
    const subjects = living.filter((subject) => !promised.has(subject))
    const stillOpen = await openOf(holdings, tx, subjects)
    const closed = subjects.filter((subject) => !stillOpen.has(subject))
    const open = subjects.filter((subject) => stillOpen.has(subject))
    const at = clock()
    const entry = named ?? newId(at)
    await endings.note('asked', open)
    const later = await note(tx, open, at)
    const ending = { id: entry, later: [...promised.values(), ...later], because: ASKED }
    const isEnded = await end(erasing, tx, { closed, open, claimed }, ending)
    return isEnded ? entry : [...promised.values()][0]
  })
}

/** What was asked for before and has closed meanwhile has the entry that was promised then. By order. */
async function endPromised(
  erasing: Erasing,
  tx: Transaction,
  subjects: readonly Id[],
): Promise<ReadonlyMap<Id, Id>> {
  // Locked after mailboxes and before orders, as by the clock's work.
  const requests = await tx.many<{ subject: Id; entry: Id }>(sql`
    select subject, entry from erasure_request where subject = any(${subjects}::uuid[])
    order by subject for update`)
  const asked = requests.map(({ subject }) => subject)
  const open = asked.length === 0 ? new Set() : await openOf(erasing.holdings, tx, asked)
  const closed = requests.filter(({ subject }) => !open.has(subject))
  for (const { subject, entry } of closed) {
    await end(erasing, tx, { closed: [subject], open: [] }, { id: entry, because: ASKED })
  }
  return new Map(closed.map(({ subject, entry }) => [subject, entry]))
}

/** Ends what was asked for and has closed meanwhile, a bounded number at a time. Returns how many. */
export async function endRequested(erasing: Erasing, limit = 50): Promise<number> {
  const { database, holdings, endings } = erasing
  await endings.begin()
  await endRows(erasing)
  await noteLeft(erasing)
  await endPastHolds(erasing)
  const requests = await database.many<{ subject: Id; entry: Id }>(
    sql`select subject, entry from erasure_request order by requested_at, subject`,
  )
  const open = await openOf(
    holdings,
    database,
    requests.map(({ subject }) => subject),
  )
  const due = requests.filter(({ subject }) => !open.has(subject)).slice(0, limit)
  let ended = 0
  for (const { subject } of due) {
    if (await endOne(erasing, subject)) ended += 1
  }
  return ended
}

/**
 * Ends once more what was ended after a backup that was restored: before the store opens. Told again it does nothing.
 *
 * Who had asked while an order was open has asked again. Returns of how many orders something was left.
 */
export async function endAgain(erasing: Erasing, endings: readonly Ending[]): Promise<number> {
  const { database } = erasing
  const idsOf = (what: Ending['what']) => [
    ...new Set(endings.filter((ending) => ending.what === what).map(({ id }) => id)),
  ]
  let count = 0
  for (const what of ['order', 'asked'] as const) {
    for (const ids of inChunks(idsOf(what), AT_ONCE)) {
      const subjects = await livingOf(database, ids)
      if (what === 'asked') await erase(erasing, subjects)
      else await endEvenOpen(erasing, subjects)
      count += subjects.length
    }
  }
  return count
}

/**
 * Ends orders whose time is over. `unless open`: what has been opened, held or ended meanwhile is left alone. Tells
 * how many it ended.
 */
export async function endOver(
  erasing: EndingByTime,
  subjects: readonly Id[],
  which: 'unless open' | 'even open',
): Promise<number> {
  const { database, clock, holdings } = erasing
  return database.transaction(async (tx) => {
    const free = await lockMailboxes(tx, subjects)
    const open = await openOf(holdings, tx, subjects)
    const closed = which === 'even open' ? subjects : free.filter((one) => !open.has(one))
    const because = 'its time was over'
    const entry = { id: newId(clock()), kind: 'contact ended', because } as const
    const quietly = { ...erasing, tell: async () => [] }
    const isEnded = await end(quietly, tx, { closed, open: [] }, entry)
    return isEnded ? closed.length : 0
  })
}

/**
 * As the order was when it ended; in the database that came back it may be open. Nobody is told anew: whoever had to be
 * was told then, and what ended by its time is no erasure.
 */
async function endEvenOpen(erasing: Erasing, subjects: readonly Id[]): Promise<void> {
  if (subjects.length === 0) return
  const { database, clock } = erasing
  await database.transaction(async (tx) => {
    await lockMailboxes(tx, subjects)
    const entry = { id: newId(clock()), because: 'it had ended before a restore' }
    const silent = { ...erasing, tell: async () => [] }
    return end(silent, tx, { closed: subjects, open: [] }, entry)
  })
}

/** Asked again with the request locked: two processes end it once. */
async function endOne(erasing: Erasing, subject: Id): Promise<boolean> {
  const { database, holdings } = erasing
  return database.transaction(async (tx) => {
    const [free] = await lockMailboxes(tx, [subject])
    if (free === undefined) return false
    const request = await tx.first<{ entry: Id }>(
      sql`select entry from erasure_request where subject = ${subject} for update`,
    )
    if (request === undefined) return false
    if ((await openOf(holdings, tx, [subject])).has(subject)) return false
    return end(erasing, tx, { closed: [subject], open: [] }, { id: request.entry, because: ASKED })
  })
}

/** The ledger's entry of an end: an erasure that somebody asked for, unless the time was over. */
type EndEntry = {
  readonly id: Id
  readonly kind?: 'contact ended'
  readonly because: string
  readonly later?: readonly Id[]
}

type Parted = {
  readonly closed: readonly Id[]
  readonly open: readonly Id[]
  /** The mailbox with whose key the rest of them ends. */
  readonly claimed?: Claimed | undefined
}

/** Whether there was something to end: of two who ask at once, one gets the entry. */
async function end(
  erasing: Omit<Erasing, 'vault'>,
  tx: Transaction,
  subjects: Parted,
  entry: EndEntry,
): Promise<boolean> {
  const { holdings, clock, endings, backupHorizonDays, tell } = erasing
  const { closed, open, claimed } = subjects
  // Of ten thousand orders it takes a while: meanwhile the database is asked.
  const noted = endings.note('order', claimed?.orders ?? [])
  noted.catch(() => undefined)
  const had = await recipientsOf(tx, [...closed, ...open], claimed)
  const known = [
    ...(await knownOf(holdings, tx, closed)),
    ...(claimed?.told ?? []).map((company) => ({ ...company, references: [] })),
  ]
  const stays = staysUntil(await newestOfAll(erasing, tx, subjects))
  const counts = new Map<RetentionRule, number>()
  for (const holding of holdings) {
    const ended = await holding.end(tx, endingOf(holding, subjects))
    counts.set(holding.rule, (counts.get(holding.rule) ?? 0) + ended)
  }
  if (claimed !== undefined) {
    await endMailbox(clock, tx, claimed, noted)
    counts.set('order-contact', (counts.get('order-contact') ?? 0) + claimed.orders.length)
  }
  await lookAgain(holdings, tx, subjects)
  const ended = [...counts].filter(([, count]) => count > 0)
  if (ended.length === 0) return false
  const notices = await tell(tx, merged(known, had), claimed?.id)
  const at = clock()
  const today = at.toZonedDateTimeISO('UTC').toPlainDate()
  await append(
    tx,
    {
      kind: entry.kind ?? 'erased',
      clause: entry.kind === undefined ? 'C3.1' : 'C3.2',
      ...{ reference: newId(at), because: entry.because },
      ended: ended.map(([rule, count]) => `${rule} ${count}`),
      stays: [...stays].map(([rule, until]) => `${rule} ${until ?? ''}`.trim()),
      ...(notices.length === 0 ? {} : { notices }),
      ...{ had, copiesEnd: today.add({ days: backupHorizonDays + TURN_DAYS }).toString() },
      ...(entry.later === undefined ? {} : { later: entry.later }),
    },
    at,
    entry.id,
  )
  return true
}

/** Of an open order ends what the policy says ends at once: it is not found by anybody's name any more. */
function endingOf({ rule }: Holding, { closed, open }: Parted): readonly Id[] {
  return retention[rule].onErasure === 'at once' ? [...closed, ...open] : closed
}

/** @throws {Bug} when something is left: nothing is erased then, and nothing is said to be. */
async function lookAgain(
  holdings: readonly Holding[],
  tx: Transaction,
  subjects: Parted,
): Promise<void> {
  const left = await Promise.all(
    holdings.map((holding) => holding.left(tx, endingOf(holding, subjects))),
  )
  for (const [at, { tables }] of holdings.entries())
    check(left[at] === 0, `An erasure left ${left[at]} rows in ${tables.join(', ')}`)
}

/** Since when the newest is held of what stays, be it of an order by itself or of those of a mailbox. */
async function newestOfAll(
  { holdings }: EndingByTime,
  tx: Transaction,
  { closed, claimed }: Parted,
): Promise<ReadonlyMap<RetentionRule, Temporal.Instant>> {
  const newest = await newestOf(holdings, tx, closed)
  const books = newest.get('accounting-record')
  const other = claimed?.newestPaidAt ?? undefined
  if (other === undefined || (books && Temporal.Instant.compare(books, other) >= 0)) return newest
  return new Map([...newest, ['accounting-record', other]])
}

/** The companies that were given something: it cannot be called back from them. */
async function recipientsOf(
  on: Queries,
  subjects: readonly Id[],
  claimed?: Claimed,
): Promise<readonly string[]> {
  const rows = await on.many<{ name: string }>(sql`
    select distinct recipient || ': ' || company as name from disclosure
    where subject = any(${subjects}::uuid[]) and recipient not like 'staff: %'
      and outcome is distinct from 'refused' order by name`)
  const told = (claimed?.told ?? []).map(({ recipient, company }) => `${recipient}: ${company}`)
  return [...new Set([...rows.map(({ name }) => name), ...told])].toSorted()
}

/** One notice a company, and only to companies that were given something. */
function merged(known: readonly Known[], had: readonly string[]): readonly Known[] {
  const byCompany = Map.groupBy(known, ({ recipient, company }) => `${recipient}: ${company}`)
  return [...byCompany].flatMap(([name, [first, ...others]]) => {
    if (first === undefined || !had.includes(name)) return []
    const all = [first, ...others].flatMap(({ references }) => references)
    return [{ ...first, references: [...new Set(all)] }]
  })
}

/**
 * A request that is there already keeps its entry, so that the receipts given for it hold. One that waited for its time
 * waits for the order to close instead.
 */
async function note(
  tx: Transaction,
  subjects: readonly Id[],
  at: Temporal.Instant,
): Promise<readonly Id[]> {
  await tx.run(sql`delete from erasure_plan where subject = any(${subjects}::uuid[])`)
  await tx.run(sql`
    insert into erasure_request (subject, entry, requested_at)
    select subject, entry, ${at}
    from unnest(${subjects}::uuid[], ${subjects.map(() => newId(at))}::uuid[])
      as asked (subject, entry)
    on conflict do nothing`)
  const rows = await tx.many<{ entry: Id }>(sql`
    select entry from erasure_request where subject = any(${subjects}::uuid[]) order by subject`)
  return rows.map(({ entry }) => entry)
}

/** What an erasure would do now: shown before it is done. */
export type Preview = {
  readonly closed: readonly Id[]
  readonly open: readonly Id[]
  /** What has to stay of the closed ones, each until when at the latest. */
  readonly stays: ReadonlyMap<RetentionRule, string | null>
  readonly had: readonly string[]
  /** Those of the open ones that wait for the end of a legal hold. */
  readonly holds: ReadonlyMap<Id, LegalHold>
}

export async function preview(
  { database, holdings }: Erasing,
  subjects: readonly Id[],
): Promise<Preview> {
  const stillOpen = await openOf(holdings, database, subjects)
  const closed = subjects.filter((subject) => !stillOpen.has(subject))
  const [stays, had, holds] = await Promise.all([
    newestOf(holdings, database, closed).then(staysUntil),
    recipientsOf(database, subjects),
    holdsOf(database, subjects),
  ])
  return { closed, open: subjects.filter((subject) => stillOpen.has(subject)), stays, had, holds }
}
