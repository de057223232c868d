/**
 * What the benchmarks found, on the terminal and in `bench/RESULTS.md`.
 */

import { cpus } from 'node:os'

export type Finding = {
  readonly claim: string
  /** NaN where this machine cannot tell. */
  readonly measured: number
  readonly goal?: { readonly least: number } | { readonly most: number }
  readonly unit?: string
  readonly notes: readonly string[]
}

/** The findings of one file, with the command that finds them again. */
export type Section = {
  readonly name: string
  readonly findings: readonly Finding[]
}

export function isReached({ measured, goal }: Finding): boolean {
  if (goal === undefined) return true
  return 'least' in goal ? measured >= goal.least : measured <= goal.most
}

/** `≥ 150`, with what it is measured in. */
function goalText({ goal, unit = '' }: Finding): string {
  if (goal === undefined) return '–'
  return 'least' in goal ? `≥ ${goal.least}${unit}` : `≤ ${goal.most}${unit}`
}

/** Three digits, or all before the point. */
function figure({ measured, unit = '' }: Finding): string {
  const digits = measured >= 100 ? 0 : measured >= 10 ? 1 : 2
  return `${measured.toFixed(digits)}${unit}`
}

export function lineOf(finding: Finding): string {
  const verdict = finding.goal === undefined ? '  ' : isReached(finding) ? '✓ ' : '✗ '
  const goal = finding.goal === undefined ? '' : ` (goal ${goalText(finding)})`
  const notes = finding.notes.map((note) => `\n    ${note}`).join('')
  return `${verdict}${finding.claim}: ${figure(finding)}${goal}${notes}`
}

/** The whole file. */
export function markdown(
  sections: readonly Section[],
  day: string,
  postgres: string,
  busyBefore: number,
): string {
  const [first] = cpus()
  const machine = `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${process.platform}`
  const software = `Node ${process.versions.node}, PostgreSQL ${postgres}`
  const heading =
    `# Benchmarks\n\nWritten by \`npm run bench\` on ${day}, on ${machine}, ${software}.\n` +
    'Everything of a measurement runs on this one machine, the load included. ' +
    `Other work kept ${busyBefore.toFixed(1)} of its processors busy when the run began.\n`
  return [heading, ...sections.map(sectionText)].join('\n')
}

function sectionText({ name, findings }: Section): string {
  const rows = findings.map((finding) => {
    const verdict = finding.goal === undefined ? '' : isReached(finding) ? 'reached' : 'missed'
    return `| ${finding.claim} | ${figure(finding)} | ${goalText(finding)} | ${verdict} |\n`
  })
  const notes = findings.flatMap((finding) => finding.notes).map((note) => `- ${note}\n`)
  const table = `| what | measured | goal | |\n|---|---|---|---|\n${rows.join('')}`
  return `## ${name}\n\n\`npm run bench -- ${name}\`\n\n${table}\n${notes.join('')}`
}
