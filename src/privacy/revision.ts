/**
 * Revisions of the policy: one that somebody wrote, its shape looked at first, then what it says; and those that were
 * in force (C9).
 *
 * Of a revision that is not in force (yet) nothing is thrown, everything that is wrong is told.
 */

import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { type Queries, sql } from '../base/database.ts'
import { type Contradiction, contradictions } from './_contradictions.ts'
import type { PolicyTable } from './table.ts'

const Text = Type.String()
const Texts = Type.Array(Text)
const Limit = Type.Union([Text, Type.Null()])

const shape = Compile(
  Type.Object({
    revision: Text,
    lastUpdate: Text,
    cookies: Type.Record(
      Text,
      Type.Object({
        serves: Text,
        sameSite: Type.Union([Type.Literal('Strict'), Type.Literal('Lax')]),
        maxAgeSeconds: Type.Union([Type.Integer(), Type.Null()]),
      }),
    ),
    flows: Type.Array(
      Type.Object({
        ...{ clause: Text, to: Text, for: Text, purpose: Text, fields: Texts, while: Text },
        channel: Text,
      }),
    ),
    retention: Type.Record(
      Text,
      Type.Object({
        ...{ clause: Text, holds: Text, key: Text, fields: Texts, onErasure: Text, ends: Text },
        atMost: Limit,
        aboutOrders: Type.Boolean(),
      }),
    ),
  }),
)

/** Everything that is wrong with a revision; empty for one that can be used. */
export function problemsOf(revision: unknown): readonly Contradiction[] {
  const misshapen = shape.Errors(revision).map(({ instancePath, message }) => ({
    clause: 'shape',
    problem: `${instancePath || 'the policy'} ${message}`,
    remedy: 'Write it as src/privacy/table.ts describes it',
  }))
  if (misshapen.length > 0) return misshapen
  const limits = durationProblems(revision as PolicyTable)
  return limits.length > 0 ? limits : contradictions(revision as PolicyTable)
}

/** A revision that is or was in force. */
export type StoredRevision = {
  readonly table: PolicyTable
  readonly digest: string
  readonly inForceAt: Temporal.Instant
}

/** Every revision that was in force, oldest first. */
export function storedRevisions(on: Queries): Promise<readonly StoredRevision[]> {
  return on.many<StoredRevision>(sql`
    select content as table, digest, in_force_at as "inForceAt" from policy_revision
    order by in_force_at, revision`)
}

function durationProblems({ retention }: PolicyTable): readonly Contradiction[] {
  return Object.entries(retention).flatMap(([name, { atMost }]) => {
    if (atMost === null || isDuration(atMost)) return []
    const problem = `${name} keeps for "${atMost}", which is no duration`
    return [{ clause: 'C3.2', problem, remedy: 'Write it as ISO 8601 does: P5Y, P30D, PT24H' }]
  })
}

function isDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign > 0
  } catch {
    return false
  }
}
