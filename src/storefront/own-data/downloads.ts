/**
 * A person's data to take along: as JSON for programs, as CSV for a spreadsheet (art. 20 GDPR).
 *
 * They are written part by part: whoever has ordered ten thousand times takes no more memory than others.
 *
 * Invariant: both hold every value that the page shows, under the names that the store itself uses.
 * Invariant: no cell of the CSV is a formula, since others may have typed what is in it.
 */

import { policy } from '../../privacy/policy.ts'
import type { PersonData } from './held.ts'

/** The data part by part, as often as it is asked for: each time from its beginning. */
export type Parts = () => AsyncIterable<PersonData>

/** What is not held, in words. */
export type NotHeld = (hasAccount: boolean) => readonly string[]

export async function* asJson(parts: Parts, notHeld: NotHeld): AsyncGenerator<string> {
  const { revision, lastUpdate } = policy
  for await (const { at, accounts } of parts()) {
    const made = at.toString({ smallestUnit: 'second' })
    yield `{"made": ${JSON.stringify(made)},\n"policy": ${JSON.stringify({ revision, lastUpdate })}`
    yield `,\n"notHeld": ${JSON.stringify(notHeld(accounts.length > 0), null, 1)}`
    break
  }
  yield* list('orders', parts, ({ orders }) =>
    orders.map(({ id, number, placedAt, state }) => ({ number, id, placedAt, state })),
  )
  yield* list('held', parts, ({ orders, fields }) => {
    const numbers = numbersOf({ orders })
    return fields.map(({ subject, name, value, rule, clause, holds, since, until, ground }) => ({
      ...{ order: numbers.get(subject), name, value, rule, clause, why: holds, since },
      ...{ until, ground },
    }))
  })
  yield* list('disclosures', parts, ({ orders, told }) => {
    const numbers = numbersOf({ orders })
    return told.map(({ subject, ...one }) => ({ order: numbers.get(subject), ...one }))
  })
  yield '}\n'
}

async function* list(
  name: string,
  parts: Parts,
  itemsOf: (part: PersonData) => readonly object[],
): AsyncGenerator<string> {
  yield `,\n"${name}": [`
  let before = '\n'
  for await (const part of parts()) {
    const lines = itemsOf(part).map((item) => JSON.stringify(item))
    if (lines.length === 0) continue
    yield before + lines.join(',\n')
    before = ',\n'
  }
  yield ']'
}

const HEAD = [
  ...['part', 'order', 'name', 'value', 'why', 'clause', 'since', 'until', 'ground'],
  ...['recipient', 'company', 'channel', 'outcome', 'concluded'],
]

const BLANK = Array<string>(HEAD.length - 4).fill('')

/** RFC 4180, with a byte order mark, without which spreadsheets take it for another encoding. */
export async function* asCsv(parts: Parts, notHeld: NotHeld): AsyncGenerator<string> {
  yield `\ufeff${HEAD.join(',')}\r\n`
  let hasAccount = false
  for await (const part of parts()) {
    hasAccount ||= part.accounts.length > 0
    yield linesOf(rowsOf(part))
  }
  yield linesOf(notHeld(hasAccount).map((text) => ['not held', '', '', text, ...BLANK]))
}

function linesOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function rowsOf(data: PersonData): readonly (readonly string[])[] {
  const numbers = numbersOf(data)
  const held = data.fields.map((field) => [
    ...['held', String(numbers.get(field.subject) ?? ''), field.name, textOf(field.value)],
    ...[field.holds, field.clause, field.since.toString(), field.until ?? '', field.ground],
    ...['', '', '', '', ''],
  ])
  const told = data.told.map((one) => [
    ...['disclosed', String(numbers.get(one.subject) ?? ''), one.fields.join(' '), ''],
    ...[one.purpose, one.clause, one.grantedAt.toString(), '', one.because],
    ...[one.recipient, one.company, one.channel, one.outcome ?? ''],
    one.outcomeAt?.toString() ?? '',
  ])
  return [...held, ...told]
}

function numbersOf({ orders }: Pick<PersonData, 'orders'>): ReadonlyMap<string, number> {
  return new Map(orders.map(({ id, number }) => [id, number]))
}

/** Of several parts each with its name; of several rows each on a line. */
function textOf(value: unknown): string {
  if (typeof value !== 'object') return String(value)
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  return pairsOf(value).join('; ')
}

function pairsOf(value: object): readonly string[] {
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? pairsOf(part).map((pair) => `${name}.${pair}`)
      : [`${name}=${textOf(part)}`],
  )
}

/** A phone number or an amount may begin with a sign; what a spreadsheet would compute gets an apostrophe before it. */
function cell(text: string): string {
  const isFormula =
    /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d\s()./-]*$/.test(text))
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
