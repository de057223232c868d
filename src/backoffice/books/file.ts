/** The books of a month as a file for a spreadsheet or an accountant's program: a row for each rate of each entry. */

import { decimalOf } from '../../base/money.ts'
import type { BookEntry } from '../../payments/books.ts'

const HEAD = 'date,what,order,country,currency,tax_percent,net,tax,gross'

/** No cell needs quoting: codes and numbers. What went back is negative. */
export async function* asCsv(entries: AsyncIterable<BookEntry>): AsyncGenerator<string> {
  yield `${HEAD}\r\n`
  for await (const entry of entries) yield `${rowOf(entry).join(',')}\r\n`
}

function rowOf(entry: BookEntry): readonly string[] {
  const { at, kind, number, country, currency, ratePpm, netMinor, taxMinor } = entry
  const amount = (amountMinor: number) => decimalOf({ amountMinor, currency })
  const day = at.toString().slice(0, 10)
  return [
    ...[day, kind, String(number), country, currency, String(ratePpm / 10_000)],
    ...[amount(netMinor), amount(taxMinor), amount(netMinor + taxMinor)],
  ]
}
