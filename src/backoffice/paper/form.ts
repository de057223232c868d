/** The record of a destruction. */

import { type Destroying, LEVELS, METHODS } from '../../paper/destruction.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { Member } from '../../staff/staff.ts'
import type { Submitted } from '../../web/body.ts'
import type { Words } from '../../web/words/en.ts'
import type { PaperForm } from '../papers/form.ts'

/** Who can have seen it: everybody but whoever did it. */
export function witnesses({ id }: SignedIn, members: readonly Member[]): readonly Member[] {
  return members.filter((member) => member.id !== id && member.disabledAt === null)
}

export function readDestruction(
  { papers: text }: Words,
  staff: SignedIn,
  members: readonly Member[],
  typed: Submitted,
): Destroying | PaperForm {
  const method = METHODS.find((one) => one === typed.method)
  const level = LEVELS.find((one) => String(one) === typed.level)
  const witness = witnesses(staff, members).find(({ id }) => id === typed.witness)
  if (method && level && witness) return { method, level, by: staff.id, witness: witness.id }
  const errors = {
    ...(method ? {} : { method: text.methodMissing }),
    ...(level ? {} : { level: text.levelMissing }),
    ...(witness ? {} : { witness: text.witnessMissing }),
  }
  return { typed, errors }
}
