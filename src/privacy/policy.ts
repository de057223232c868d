/**
 * The policy that the store runs on, and the types computed from it.
 *
 * `Disclosed<'carrier', 'transport'>` is exactly the fields of that row of the table: an adapter that reads a sixth
 * does not compile.
 *
 * Invariant: a table that contradicts a clause does not load, and the refusal names the clause and the remedy.
 */

import { revision1a } from '../../policy/revision-1a.ts'
import { Refusal } from '../base/failure.ts'
import { contradictions } from './_contradictions.ts'
import type {
  Cookie,
  Fact,
  FactValues,
  Flow,
  PersonalField,
  PersonalValues,
  PolicyTable,
  Retention,
} from './table.ts'

type InForce = typeof revision1a
type Row = InForce['flows'][number]

/** Who may receive anything at all. */
export type To = Row['to']

/** What a recipient may receive something for. */
export type For<T extends To> = Extract<Row, { to: T }>['for']

type Granted<T extends To, F extends string> = Extract<Row, { to: T; for: F }>['fields'][number]

/** The part of `Disclosed` that the vault holds. */
export type DisclosedPersonal<T extends To, F extends string> = Pick<
  PersonalValues,
  Extract<Granted<T, F>, PersonalField>
>

/** The part of `Disclosed` that the disclosing domain hands over. */
export type DisclosedFacts<T extends To, F extends string> = Pick<
  FactValues,
  Extract<Granted<T, F>, Fact>
>

/** What a recipient gets for a purpose: these fields and no others. */
export type Disclosed<T extends To, F extends string> = DisclosedPersonal<T, F> &
  DisclosedFacts<T, F>

export type CookieName = keyof InForce['cookies']
export type RetentionRule = keyof InForce['retention']

export const policy: PolicyTable = load(revision1a)
export const cookies: Readonly<Record<CookieName, Cookie>> = revision1a.cookies
export const retention: Readonly<Record<RetentionRule, Retention>> = revision1a.retention

/** Checks a table. @throws {Refusal} that names each clause which the table contradicts, and the remedy. */
export function load(table: PolicyTable): PolicyTable {
  const found = contradictions(table)
  const [first] = found
  if (first === undefined) return table
  const list = found.map(({ clause, problem, remedy }) => `${clause}: ${problem}. ${remedy}.`)
  throw new Refusal(first.clause, `Policy ${table.revision} cannot be used. ${list.join(' ')}`)
}

/** The row of the table for a recipient and a purpose. @throws {Refusal} when there is none: no rule, no flow. */
export function flowFor(to: string, purpose: string, table: PolicyTable = policy): Flow {
  const flow = table.flows.find((row) => row.to === to && row.for === purpose)
  if (flow === undefined) {
    throw new Refusal('C5', `The policy has no rule that gives "${to}" anything for "${purpose}"`)
  }
  return flow
}
