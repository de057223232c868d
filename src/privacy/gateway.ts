/**
 * The gateway: the one way by which a value about a person leaves the vault.
 *
 * `grant` asks the table, inside the caller's transaction: is there a rule for this recipient and purpose (C5), does
 * its condition hold; and writes the disclosure and its ledger entry. `deliver`, once that is committed, opens the
 * granted fields and only those, hands them to an adapter with a `Way` outward, and records the outcome. What staff
 * see is asked of the same table by `show`.
 *
 * Invariant: no rule, no flow; no ledger entry, no flow; a grant that was rolled back is none.
 * Invariant: an adapter holds the granted fields and a way to the recipient's own hosts, nothing else.
 * Invariant: bytes that hold another value about the person, or what is in the parcel, do not leave.
 */

import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import type { Travelled, Way } from '../base/egress.ts'
import { check, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { checkGranted, conclude, concludingRefused, record } from './_disclosures.ts'
import { flowOver } from './_governed.ts'
import { findWithheld, textOf, type Withheld } from './_search.ts'
import {
  type Disclosed,
  type DisclosedFacts,
  type DisclosedPersonal,
  type For,
  flowFor,
  type To,
} from './policy.ts'
import { checkUnrestricted } from './restriction.ts'
import {
  type Condition,
  type Field,
  type Flow,
  type PersonalField,
  type PolicyTable,
  personalFields,
} from './table.ts'
import { type Held, openHeld, type Vault } from './vault.ts'

/** Who asks for what, about whom, and why. */
export type Ask<T extends To = To, F extends string = string> = {
  readonly to: T
  readonly for: F
  /** The recipient itself: a company's name, or the reference of a member of staff. */
  readonly company: string
  /** The order that the data belongs to: every disclosure has one (C5). */
  readonly subject: Id
  /** The event or the stated reason, out of fixed words: never something that somebody typed. */
  readonly because: string
}

/** A disclosure that was granted and is in the ledger. */
export type Disclosure<T extends To = To, F extends string = string> = Ask<T, F> & {
  readonly id: Id
}

/** A granted disclosure with the facts that go with it. */
export type Granted<T extends To, F extends string> = {
  readonly disclosure: Disclosure<T, F>
  readonly facts: DisclosedFacts<T, F>
}

/** A third party as this store has set it up. */
export type Company = {
  readonly to: To
  readonly name: string
  /** The only origins that it is reached at. */
  readonly origins: readonly string[]
  /** Words that its protocol always uses, which may equal somebody's name. */
  readonly protocolWords: string
  /** Where it takes erasure notices by mail, and by which relay they go. */
  readonly mailbox?: { readonly address: string; readonly origins: readonly string[] }
}

export type Conditions = Readonly<
  Record<Condition, (on: Queries, ask: Ask) => Promise<boolean> | boolean>
>

export type Gateway = {
  readonly database: Database
  readonly vault: Vault
  readonly clock: Clock
  readonly companies: readonly Company[]
  readonly conditions: Conditions
  /** Revisions that were in force before, and govern the data that was given under them (C9). */
  readonly earlier: readonly PolicyTable[]
  /** What is in an order's parcels: titles and article numbers, which nobody is told without a rule for it. */
  readonly contentOf: (on: Queries, subject: Id) => Promise<readonly string[]>
  /** Raised when the search of outgoing bytes stops a request. Told the field's name, never its value. */
  readonly alarm: (stopped: { recipient: string; purpose: string; field: string }) => void
}

const contentFields = new Set<Field>(['customsItems', 'items', 'message', 'product'])
/** What is withheld: all but the label, whose values are in the list, and a passkey's name, mostly a plain word. */
const openedFields = personalFields.filter((field) => field !== 'label' && field !== 'passkeyName')

/**
 * Grants a disclosure in the caller's transaction: rule, condition, revision, ledger entry.
 *
 * @param beside writes what goes with it, a job say, in the same breath. Of a disclosure that a restriction refuses a
 *   transaction that goes on keeps it: such a job finds no disclosure, and does nothing.
 * @throws {Refusal} C5 when the table has no such rule, {Restricted} when the person restricted the use of their data,
 *   or the rule's clause when its condition does not hold.
 */
export async function grant<T extends To, F extends For<T>>(
  gateway: Gateway,
  tx: Transaction,
  ask: Ask<T, F>,
  beside?: (disclosure: Disclosure<T, F>) => Promise<unknown>,
): Promise<Disclosure<T, F>> {
  const flow = await ruleFor(gateway, tx, ask)
  const disclosure = { ...ask, id: newId(gateway.clock()) }
  await Promise.all([
    record(gateway.clock, tx, disclosure, flow, 'disclosure granted'),
    beside?.(disclosure),
  ])
  return disclosure
}

/**
 * Carries out a granted disclosure: opens its fields, lets the adapter send them, records how it went.
 *
 * @param beside writes what the recipient answered, in the same breath as that.
 * @throws {Refusal} when the adapter's bytes hold what was not granted; nothing has left then.
 * @throws whatever the adapter throws; a disclosure that did not get through can be delivered again.
 */
export async function deliver<T extends To, F extends For<T>, R>(
  gateway: Gateway,
  disclosure: Disclosure<T, F>,
  facts: DisclosedFacts<T, F>,
  adapter: (disclosed: Disclosed<T, F>, way: Way) => Promise<R>,
  vocabulary = '',
  beside?: (on: Queries, answer: R) => Promise<unknown>,
): Promise<R> {
  const flow = await flowOver(gateway.earlier, gateway.database, disclosure)
  const opened = await openSubject(gateway, disclosure.subject, [disclosure])
  const disclosed = { ...granted<T, F>(flow, opened.held), ...grantedFacts<T, F>(flow, facts) }
  // A message does not vouch for itself: what it may say is in its vocabulary.
  const allowed = `${vocabulary} ${textOf({ ...disclosed, message: '' }).join(' ')}`
  const known = { ...opened, allowed }
  return carryOut(gateway, [disclosure], flow, known, (way) => adapter(disclosed, way), beside)
}

/**
 * Carries out two granted disclosures to one recipient in one conversation: a parcel's transport with its customs
 * declaration, say. The way lets out what either grants, and nothing more; both are recorded.
 *
 * @throws {Refusal} C5 when they are not to the same company about the same order, and as `deliver`.
 */
export async function deliverTogether<T extends To, F extends For<T>, G extends For<T>, R>(
  gateway: Gateway,
  one: Granted<T, F>,
  other: Granted<T, G>,
  adapter: (disclosed: Disclosed<T, F>, also: Disclosed<T, G>, way: Way) => Promise<R>,
): Promise<R> {
  const [a, b] = [one.disclosure, other.disclosure]
  if (a.to !== b.to || a.company !== b.company || a.subject !== b.subject) {
    throw new Refusal(
      'C5',
      `Cannot give "${a.to}" two disclosures in one that do not belong together`,
    )
  }
  const { database, earlier } = gateway
  const flows = [
    await flowOver(earlier, database, a),
    await flowOver(earlier, database, b),
  ] as const
  const opened = await openSubject(gateway, a.subject, [a, b])
  const { held } = opened
  const disclosed = { ...granted<T, F>(flows[0], held), ...grantedFacts<T, F>(flows[0], one.facts) }
  const also = { ...granted<T, G>(flows[1], held), ...grantedFacts<T, G>(flows[1], other.facts) }
  const allowed = [...textOf(disclosed), ...textOf(also)].join(' ')
  return carryOut(gateway, [a, b], joined(...flows), { ...opened, allowed }, (way) =>
    adapter(disclosed, also, way),
  )
}

async function carryOut<R>(
  gateway: Gateway,
  disclosures: readonly [Disclosure, ...Disclosure[]],
  flow: Flow,
  known: Known,
  adapter: (way: Way) => Promise<R>,
  beside?: (on: Queries, answer: R) => Promise<unknown>,
): Promise<R> {
  const { way, travelled } = openWay(gateway, disclosures[0], flow, known)
  const concludeAll = (on: Queries, outcome: 'delivered' | 'refused', channel: string) =>
    Promise.all(disclosures.map((one) => conclude(on, gateway.clock, one, outcome, channel)))
  const { database } = gateway
  let answer: R
  try {
    answer = await adapter(way)
  } catch (error) {
    const how = travelled()
    if (how !== undefined) await concludeAll(database, 'delivered', how)
    else if (error instanceof Refusal) await concludeAll(database, 'refused', flow.channel)
    throw error
  }
  const how = travelled()
  await database.together((on) =>
    Promise.all([
      how === undefined ? undefined : concludeAll(on, 'delivered', how),
      beside?.(on, answer),
    ]),
  )
  return answer
}

/** What two rules let out together: the fields of both, over the stricter channel. */
function joined(one: Flow, other: Flow): Flow {
  const channel = one.channel === 'any' ? other.channel : one.channel
  return { ...one, fields: [...one.fields, ...other.fields], channel }
}

/** Records that a disclosure reached its recipient, though the answer was lost: something later has shown it. */
export async function confirm(gateway: Gateway, disclosure: Disclosure): Promise<void> {
  const { channel } = flowFor(disclosure.to, disclosure.for)
  await conclude(gateway.database, gateway.clock, disclosure, 'delivered', channel)
}

/** Records that a disclosure will not be tried again. It may have reached the recipient without an answer. */
export async function giveUp(gateway: Gateway, disclosure: Disclosure): Promise<void> {
  const { channel } = flowFor(disclosure.to, disclosure.for)
  await conclude(gateway.database, gateway.clock, disclosure, 'given up', channel)
}

/**
 * A granted disclosure, its condition asked again: what a background job begins with.
 *
 * Undefined when it was concluded or has ended. A job whose work goes on after the delivery, and whose recipient knows
 * a request that comes twice, asks for one that is `'open or delivered'`: the store may have stopped in between.
 *
 * @throws {Refusal} when the condition no longer holds.
 */
export async function resume<T extends To, F extends For<T>>(
  gateway: Gateway,
  id: Id,
  to: T,
  purpose: F,
  still: 'open' | 'open or delivered' = 'open',
): Promise<Disclosure<T, F> | undefined> {
  const row = await gateway.database.first<Pick<Ask, 'company' | 'subject' | 'because'>>(sql`
    select company, subject, because from disclosure
    where id = ${id} and recipient = ${to} and purpose = ${purpose}
      and (outcome is null or (outcome = 'delivered' and ${still === 'open or delivered'}))`)
  if (row === undefined) return undefined
  const disclosure = { ...row, id, to, for: purpose }
  await Promise.all([
    ruleFor(gateway, gateway.database, disclosure),
    checkUnrestricted(gateway.database, disclosure),
  ])
  return disclosure
}

/**
 * A way to a recipient for a request that tells it nothing about the person: what state a payment is in, say. Every
 * value of the person is withheld.
 */
export async function inquire<R>(
  gateway: Gateway,
  ask: Pick<Ask, 'to' | 'for' | 'company' | 'subject'>,
  allowed: string,
  adapter: (way: Way) => Promise<R>,
): Promise<R> {
  const flow = flowFor(ask.to, ask.for)
  const opened = await openSubject(gateway, ask.subject, [])
  const nothing = { ...flow, fields: [] }
  const { way } = openWay(gateway, { ...ask, because: 'inquiry' }, nothing, { ...opened, allowed })
  return adapter(way)
}

/**
 * What a role of the house sees of a person, by the same table; the look is in the ledger.
 *
 * @throws {Refusal} as `grant`.
 */
export async function show<T extends Extract<To, `staff: ${string}`>, F extends For<T>>(
  gateway: Gateway,
  ask: Ask<T, F>,
): Promise<Partial<DisclosedPersonal<T, F>>> {
  return gateway.database.transaction(async (tx) => {
    const flow = await ruleFor(gateway, tx, ask)
    check(flow.channel === 'in the house', 'Only a flow that stays in the house is shown')
    await record(gateway.clock, tx, { ...ask, id: newId(gateway.clock()) }, flow, 'looked at')
    const held = await openHeld(gateway.vault, tx, ask.subject, flow.fields.filter(isPersonalField))
    return granted<T, F>(flow, held)
  })
}

/** What a person sees of their own order. Nothing is recorded: it is theirs. */
export async function showOwner(
  gateway: Gateway,
  subject: Id,
  on: Queries = gateway.database,
): Promise<Partial<DisclosedPersonal<'the person', 'their own data'>>> {
  const flow = flowFor('the person', 'their own data')
  const held = await openHeld(gateway.vault, on, subject, openedFields)
  return granted<'the person', 'their own data'>(flow, held)
}

async function ruleFor(gateway: Gateway, on: Queries, ask: Ask): Promise<Flow> {
  const { also, ...flow } = await flowOver(gateway.earlier, on, ask)
  const asked = also === undefined ? [flow.while] : [flow.while, also]
  const answers = await Promise.all(
    asked.map(async (name) => [name, await gateway.conditions[name](on, ask)] as const),
  )
  const missing = answers.find(([, isSo]) => !isSo)
  if (missing === undefined) return flow
  throw new Refusal(
    flow.clause,
    `Cannot give "${ask.to}" anything for "${ask.for}": it may only while ${missing[0]}`,
  )
}

/** The facts that the rule names, whatever else its caller holds. */
function grantedFacts<T extends To, F extends string>(
  flow: Flow,
  facts: DisclosedFacts<T, F>,
): DisclosedFacts<T, F> {
  const named = new Set<string>(flow.fields.filter((field) => !isPersonalField(field)))
  const entries = Object.entries(facts).filter(([name]) => named.has(name))
  return Object.fromEntries(entries) as DisclosedFacts<T, F>
}

/** The granted fields that are held. One that an adapter needs and that is not held is the adapter's to report. */
function granted<T extends To, F extends string>(flow: Flow, held: Held): DisclosedPersonal<T, F> {
  const entries = flow.fields.filter(isPersonalField).map((field) => [field, held[field]])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function isPersonalField(field: Field): field is PersonalField {
  return (personalFields as readonly Field[]).includes(field)
}

/** What the store holds about an order's person and parcel: the granted part may leave, the rest must not. */
type Opened = { readonly held: Held; readonly content: readonly string[] }

/** With the text that may be in a request. */
type Known = Opened & { readonly allowed: string }

/** @throws {Refusal} C5 when one was not granted, or the use was restricted since: then nothing is handed on. */
async function openSubject(
  gateway: Gateway,
  subject: Id,
  disclosures: readonly Disclosure[],
): Promise<Opened> {
  const opened = gateway.database.together(async (on) => {
    const [held, content] = await Promise.all([
      openHeld(gateway.vault, on, subject, openedFields),
      gateway.contentOf(on, subject),
      ...disclosures.map((one) => checkGranted(on, one)),
    ])
    return { held, content }
  })
  return opened.catch(concludingRefused(gateway, disclosures))
}

function openWay(
  gateway: Gateway,
  ask: Ask,
  flow: Flow,
  { held, content, allowed }: Known,
): { way: Way; travelled: () => Travelled | undefined } {
  const company = gateway.companies.find(({ to, name }) => to === ask.to && name === ask.company)
  if (company === undefined) {
    throw new Refusal('C5', `"${ask.company}" is not set up as ${ask.to} of this store`)
  }
  const withheld = [...withheldPersonal(flow, held), ...withheldContent(flow, content)]
  let how: Travelled | undefined
  const way: Way = {
    origins: (ask.for === 'erasure notice' && company.mailbox?.origins) || company.origins,
    plainAllowed: flow.channel === 'any',
    // Of several requests, the one that was protected least.
    travelled: (travelled) => {
      how = how === 'plain' || (how === 'loopback' && travelled === 'encrypted') ? how : travelled
    },
    inspect: (bytes) => {
      const field = findWithheld(bytes, withheld, `${allowed} ${company.protocolWords}`)
      if (field === undefined) return
      gateway.alarm({ recipient: ask.to, purpose: ask.for, field })
      const clause = ask.to === 'carrier' ? (field === 'content' ? 'C8.2' : 'C8.1') : 'C5'
      throw new Refusal(clause, `Stopped a request to ${ask.to}: it may not hold ${field}`)
    },
  }
  return { way, travelled: () => how }
}

function withheldPersonal(flow: Flow, held: Held): readonly Withheld[] {
  return openedFields
    .filter((field) => !flow.fields.includes(field))
    .flatMap((field) => textOf(held[field]).map((text) => ({ field, text })))
}

function withheldContent(flow: Flow, content: readonly string[]): readonly Withheld[] {
  if (flow.fields.some((field) => contentFields.has(field))) return []
  return content.map((text) => ({ field: 'content', text }))
}
