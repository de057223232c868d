/**
 * A person's data to take along: as JSON for programs, as CSV for a spreadsheet (art. 20 GDPR).
 *
 * Invariant: both hold every value that the page shows, under the names that the store itself uses.
 * Invariant: no cell of the CSV is a formula, since others may have typed what is in it.
 */

import { policy } from '../../privacy/policy.ts'
import type { Explained, PersonData } from './held.ts'

export function asJson({ at, orders, fields, told }: PersonData): string {
  const numbers = numbersOf({ orders })
  const shown = {
    made: at.toString({ smallestUnit: 'second' }),
    policy: { revision: policy.revision, lastUpdate: policy.lastUpdate },
    orders: orders.map(({ id, number, placedAt, state }) => ({ number, id, placedAt, state })),
    held: fields.map(({ subject, name, value, rule, clause, holds, since, until, ground }) => ({
      ...{ order: numbers.get(subject), name, value, rule, clause, why: holds, since },
      ...{ until, ground },
    })),
    disclosures: told.map(({ subject, ...one }) => ({ order: numbers.get(subject), ...one })),
  }
  return `${JSON.stringify(shown, null, 2)}\n`
}

const HEAD = [
  ...['part', 'order', 'name', 'value', 'why', 'clause', 'since', 'until', 'ground'],
  ...['recipient', 'company', 'channel', 'outcome'],
]

/** RFC 4180, with a byte order mark, without which spreadsheets take it for another encoding. */
export function asCsv(data: PersonData): string {
  const numbers = numbersOf(data)
  const held = data.fields.map((field) => [
    ...['held', String(numbers.get(field.subject) ?? ''), field.name, textOf(field.value)],
    ...[field.holds, field.clause, field.since.toString(), field.until ?? '', field.ground],
    ...['', '', '', ''],
  ])
  const told = data.told.map((one) => [
    ...['disclosed', String(numbers.get(one.subject) ?? ''), one.fields.join(' '), ''],
    ...[one.purpose, one.clause, one.grantedAt.toString(), '', one.because],
    ...[one.recipient, one.company, one.channel, one.outcome ?? ''],
  ])
  const rows = [HEAD, ...held, ...told].map((row) => row.map(cell).join(','))
  return `\ufeff${rows.join('\r\n')}\r\n`
}

function numbersOf({ orders }: Pick<PersonData, 'orders'>): ReadonlyMap<string, number> {
  return new Map(orders.map(({ id, number }) => [id, number]))
}

function textOf(value: Explained['value']): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A phone number or an amount may begin with a sign; what a spreadsheet would compute gets an apostrophe before it. */
function cell(text: string): string {
  const isFormula =
    /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d\s()./-]*$/.test(text))
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
