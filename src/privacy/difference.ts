/**
 * What a revision of the policy changes against another: row by row, stricter or looser (C9).
 *
 * Looser is whatever lets more happen: a new flow, a field more, a weaker channel, a longer keeping, a later erasure, a
 * cookie more. What cannot be told apart by strictness (another condition, another purpose) is both at once, so it is
 * never taken for stricter. What a person sees of their own data is a promise to them: less of it is looser.
 *
 * Invariant: a change is stricter one way exactly when it is looser the other way.
 */

import type { Channel, Condition, Cookie, Flow, PolicyTable, Retention } from './table.ts'

export type Direction = 'stricter' | 'looser' | 'mixed' | 'same'

/** One part of a change. Null: there is nothing on that side; of a whole row, `yes` on the side where it is. */
export type Part = {
  readonly direction: Direction
  readonly aspect: Aspect
  readonly from: string | null
  readonly to: string | null
}

/** What of a row changed; `row`: the whole of it came or went. */
export type Aspect =
  | 'row'
  | 'field'
  | keyof Omit<Flow & Retention & Cookie, 'fields' | 'to' | 'for'>

export type Change = {
  readonly clause: string
  readonly of: 'flow' | 'retention' | 'cookie'
  /** Recipient and purpose, or the name of the rule or cookie. */
  readonly row: readonly [string, string?]
  readonly direction: Direction
  readonly parts: readonly Part[]
}

/** Greater, less or equal strictness as a number above, below or at zero; undefined when nobody can tell. */
type Order<T> = (before: T, after: T) => number | undefined

const CHANNELS: readonly Channel[] = ['in the house', 'encrypted', 'any']
const ERASURES: readonly Retention['onErasure'][] = [
  ...(['at once', 'when nothing is open'] as const),
  ...(['stays', 'nothing to erase'] as const),
]
const REVERSE = { stricter: 'looser', looser: 'stricter', mixed: 'mixed', same: 'same' } as const
/** A condition and those that hold whenever it does, besides `always`. */
const IMPLIED: Partial<Record<Condition, Condition>> = {
  'the shipment is open and leaves the customs territory': 'the shipment is open',
}
/** As in `_contradictions.ts`: one day to count from makes an order of all durations. */
const COUNTED_FROM = Temporal.PlainDate.from('2097-01-01')

/** Everything that `after` changes against `before`; empty for the same rules in any order. */
export function differenceOf(before: PolicyTable, after: PolicyTable): readonly Change[] {
  const flows = (table: PolicyTable) =>
    new Map(table.flows.map((flow) => [JSON.stringify([flow.to, flow.for]), flow]))
  const changes = [
    ...changesOf(flows(before), flows(after), (key, one, other) => {
      const [to, purpose]: readonly [string, string] = JSON.parse(key)
      const parts = partsOf(one, other, flowParts)
      const clause = (other ?? one)?.clause ?? 'C5'
      return { clause, of: 'flow', row: [to, purpose], parts: parts.map(seenBy(to)) }
    }),
    ...changesOf(named(before.retention), named(after.retention), (name, one, other) => {
      const clause = (other ?? one)?.clause ?? 'C3.2'
      return { clause, of: 'retention', row: [name], parts: partsOf(one, other, retentionParts) }
    }),
    ...changesOf(named(before.cookies), named(after.cookies), (name, one, other) => {
      return { clause: 'C1', of: 'cookie', row: [name], parts: partsOf(one, other, cookieParts) }
    }),
  ]
  return changes.sort((a, b) => a.clause.localeCompare(b.clause, 'en', { numeric: true }))
}

/** What several changes or parts are together. */
export function together(directions: readonly Direction[]): Direction {
  const has = (direction: Direction) =>
    directions.includes(direction) || directions.includes('mixed')
  if (has('stricter') && has('looser')) return 'mixed'
  return has('looser') ? 'looser' : has('stricter') ? 'stricter' : 'same'
}

/** The stricter of two conditions; undefined when neither is known to be. */
export function stricterCondition(one: Condition, other: Condition): Condition | undefined {
  const order = byCondition(one, other)
  return order === undefined ? undefined : order > 0 ? other : one
}

/** The stronger of two channels. */
export function stricterChannel(one: Channel, other: Channel): Channel {
  return CHANNELS.indexOf(one) > CHANNELS.indexOf(other) ? other : one
}

/** What of the data that `before` governs `after` would keep longer, or end later when its person asks. */
export function keepsLonger(before: PolicyTable, after: PolicyTable): readonly string[] {
  const rulesOf = ({ retention }: PolicyTable) =>
    Object.entries(retention)
      .filter(([, { key }]) => key !== 'none')
      .flatMap(([name, rule]) => [name, ...rule.fields].map((what) => [what, rule] as const))
  const now = rulesOf(after)
  return rulesOf(before)
    .filter(([what, rule]) => {
      const next = now.filter(([name]) => name === what).map(([, one]) => one)
      // A field may lie under several kinds of key, each with a rule of its own.
      const same = next.filter(({ key }) => key === rule.key)
      return (same.length > 0 ? same : next).some((one) => isKeptLonger(rule, one))
    })
    .map(([what]) => what)
}

function named<T>(rows: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(rows))
}

function changesOf<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  change: (key: string, one: T | undefined, other: T | undefined) => Omit<Change, 'direction'>,
): readonly Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys
    .map((key) => change(key, before.get(key), after.get(key)))
    .filter(({ parts }) => parts.length > 0)
    .map((told) => ({
      ...told,
      direction: together(told.parts.map(({ direction }) => direction)),
    }))
}

function partsOf<T>(
  one: T | undefined,
  other: T | undefined,
  compare: (one: T, other: T) => readonly Part[],
): readonly Part[] {
  if (one !== undefined && other !== undefined) return compare(one, other)
  const direction = one === undefined ? 'looser' : 'stricter'
  const [from, to] = one === undefined ? [null, 'yes'] : ['yes', null]
  return [{ direction, aspect: 'row', from, to }]
}

function flowParts(one: Flow, other: Flow): readonly Part[] {
  return [
    ...fieldParts(one.fields, other.fields),
    ...part('channel', one, other, byRank(CHANNELS)),
    ...part('while', one, other, byCondition),
    ...part('purpose', one, other, unknown),
    ...part('clause', one, other, wording),
  ]
}

function retentionParts(one: Retention, other: Retention): readonly Part[] {
  return [
    ...fieldParts(one.fields, other.fields),
    ...part('atMost', one, other, byDuration),
    ...part('onErasure', one, other, byRank(ERASURES)),
    ...part('aboutOrders', one, other, (before) => (before ? -1 : 1)),
    ...part('key', one, other, (before, after) =>
      before === 'none' ? 1 : after === 'none' ? -1 : undefined,
    ),
    ...part('ends', one, other, unknown),
    ...part('holds', one, other, unknown),
    ...part('clause', one, other, wording),
  ]
}

function cookieParts(one: Cookie, other: Cookie): readonly Part[] {
  return [
    ...part('maxAgeSeconds', one, other, (before, after) => (before ?? 0) - (after ?? 0)),
    ...part('sameSite', one, other, byRank(['Strict', 'Lax'])),
    ...part('serves', one, other, unknown),
  ]
}

function fieldParts(one: readonly string[], other: readonly string[]): readonly Part[] {
  const gone = one.filter((field) => !other.includes(field))
  const come = other.filter((field) => !one.includes(field))
  return [
    ...gone.map((from) => ({ direction: 'stricter', aspect: 'field', from, to: null }) as const),
    ...come.map((to) => ({ direction: 'looser', aspect: 'field', from: null, to }) as const),
  ]
}

function part<R, A extends Extract<Aspect, keyof R>>(
  aspect: A,
  one: R,
  other: R,
  order: Order<R[A]>,
): readonly Part[] {
  if (one[aspect] === other[aspect]) return []
  const strictness = order(one[aspect], other[aspect])
  const [from, to] = [textOf(one[aspect]), textOf(other[aspect])]
  return [{ direction: directionOf(strictness), aspect, from, to }]
}

function directionOf(strictness: number | undefined): Direction {
  if (strictness === undefined) return 'mixed'
  return strictness > 0 ? 'stricter' : strictness < 0 ? 'looser' : 'same'
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value)
}

/** Less of their own is looser for the person; a weaker channel is so for everyone. */
function seenBy(to: string): (told: Part) => Part {
  return (told) => {
    const { direction, aspect } = told
    if (to !== 'the person' || aspect === 'channel') return told
    return { ...told, direction: REVERSE[direction] }
  }
}

/** Strictest first. */
function byRank<T>(ranks: readonly T[]): Order<T> {
  return (before, after) => {
    const [from, to] = [ranks.indexOf(before), ranks.indexOf(after)]
    return from < 0 || to < 0 ? undefined : from - to
  }
}

function byCondition(before: Condition, after: Condition): number | undefined {
  if (before === after) return 0
  if (before === 'always' || IMPLIED[after] === before) return 1
  return after === 'always' || IMPLIED[before] === after ? -1 : undefined
}

function isKeptLonger(before: Retention, after: Retention): boolean {
  const length = byDuration(before.atMost, after.atMost) ?? -1
  return length < 0 || (byRank(ERASURES)(before.onErasure, after.onErasure) ?? -1) < 0
}

/** Null, no limit of its own, is longer than any. */
function byDuration(before: string | null, after: string | null): number | undefined {
  if (before === null || after === null) {
    return before === after ? 0 : before === null ? 1 : -1
  }
  return Temporal.Duration.compare(before, after, { relativeTo: COUNTED_FROM })
}

function unknown(): undefined {
  return undefined
}

/** Says the same in other words. */
function wording(): number {
  return 0
}
