/**
 * `tacet policy diff`: what one revision changes against another, by clause (C9).
 */

import { changeWords as words } from '../../policy/words/changes.ts'
import { type Change, differenceOf, together } from '../privacy/difference.ts'
import type { PolicyTable } from '../privacy/table.ts'

/** The difference as it is said with `--json`. */
export function difference(before: PolicyTable, after: PolicyTable) {
  const changes = differenceOf(before, after)
  const direction = together(changes.map((change) => change.direction))
  return { from: before.revision, to: after.revision, direction, changes }
}

export function differenceInWords({ from, to, direction, changes }: ReturnType<typeof difference>) {
  if (changes.length === 0) return `From revision ${from} to ${to}: ${words.nothing}\n`
  const head = `From revision ${from} to ${to}: ${words.directions[direction]}.`
  return `${[head, '', ...changes.map(changeText)].join('\n')}\n`
}

function changeText(change: Change): string {
  const { clause, direction, parts } = change
  const lines = parts.map(
    (part) => `          ${words.parts[part.direction].padEnd(8)}  ${words.part(change, part)}`,
  )
  const head = `  ${clause.padEnd(6)}${words.row(change)}: ${words.directions[direction]}`
  return [head, ...lines].join('\n')
}
