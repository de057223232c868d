/**
 * Which revision governs: data is under the one in force when it was given, or a stricter later one (C9).
 *
 * Invariant: what a later revision allows in addition does not reach data that was given before it. Of each flow the
 * stricter of both holds: the fields that both name, the stronger channel, both conditions.
 */

import type { Queries } from '../base/database.ts'
import { Refusal } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { stricterChannel, stricterCondition } from './difference.ts'
import { flowFor, policy } from './policy.ts'
import type { Condition, Flow, PolicyTable } from './table.ts'
import { givenUnder } from './vault.ts'

type About = { readonly to: string; readonly for: string; readonly subject: Id }

/** A rule as it reaches somebody's data; `also`: the earlier revision's condition, where neither is the stricter. */
export type Governed = Flow & { readonly also?: Condition }

/**
 * The rule for a recipient and a purpose, as far as it reaches this subject's data.
 *
 * @throws {Refusal} C5 without a rule, C9 when the revision under which the data was given allowed none of it.
 */
export async function flowOver(
  earlier: readonly PolicyTable[],
  on: Queries,
  { to, for: purpose, subject }: About,
): Promise<Governed> {
  const flow = flowFor(to, purpose)
  if (earlier.length === 0) return flow
  const given = await givenUnder(on, subject)
  if (given === undefined || given === policy.revision) return flow
  const table = earlier.find(({ revision }) => revision === given)
  if (table !== undefined) return governed(flow, table)
  throw new Refusal('C9', `Policy ${given}, under which the data was given, is not known here`)
}

/**
 * What of a flow reaches data that was given under an earlier revision: what that revision had allowed as well (C9).
 *
 * @throws {Refusal} C9 when it knew no such flow, or knew it for another purpose.
 */
function governed(flow: Flow, given: PolicyTable): Governed {
  const known = given.flows.find((row) => row.to === flow.to && row.for === flow.for)
  const fields = flow.fields.filter((field) => known?.fields.includes(field))
  if (known === undefined || known.purpose !== flow.purpose || fields.length === 0) {
    throw new Refusal(
      'C9',
      `Cannot give "${flow.to}" anything for "${flow.for}": revision ${given.revision}, ` +
        'under which the data was given, knows no such flow',
    )
  }
  const stricter = stricterCondition(flow.while, known.while)
  return {
    ...flow,
    ...{ fields, channel: stricterChannel(flow.channel, known.channel) },
    ...(stricter === undefined ? { also: known.while } : { while: stricter }),
  }
}
