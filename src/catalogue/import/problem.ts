/**
 * What an import could not take, for the merchant to mend: which line, which column, and why.
 *
 * Invariant: memory is bounded; beyond `MOST_KEPT` problems are only counted.
 */

export type Problem = {
  /** In the file, from 1, where the row begins. */
  readonly line: number
  /** As the file's header names it; empty when the whole row is meant. */
  readonly column: string
  readonly reason: string
  /** `refused`: the row was not taken. `noted`: it was, but not all of it. */
  readonly kind: 'refused' | 'noted'
}

export type Problems = {
  readonly add: (problem: Problem) => void
  readonly kept: () => readonly Problem[]
  readonly count: () => number
  readonly refusedRows: () => number
}

const MOST_KEPT = 1000

export function gatherProblems(): Problems {
  const kept: Problem[] = []
  let count = 0
  let refusedRows = 0
  let lastRefused = 0
  return {
    add(problem) {
      count += 1
      if (kept.length < MOST_KEPT) kept.push(problem)
      if (problem.kind === 'noted' || problem.line === lastRefused) return
      refusedRows += 1
      lastRefused = problem.line
    },
    kept: () => kept.toSorted((a, b) => a.line - b.line),
    count: () => count,
    refusedRows: () => refusedRows,
  }
}

/** For reasons: what was written, cut short, without what a terminal would obey. */
export function quoted(text: string): string {
  const shown = text.replace(/\p{Cc}/gu, '�')
  return `"${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}"`
}
