/**
 * Look-up values in a backup: each sealed by itself, by a key of the generation that covers it (decision 0029).
 *
 * In the database equal values are equal, so that they are found. In a backup from before an erasure that would tell
 * that somebody who has ended lived where another one lives, whose address is in the store to this day. Nobody searches
 * a backup: no two values in it are alike.
 */

import { check } from '../base/failure.ts'
import { type Cover, coverOf } from './_covers.ts'
import { generationName, openSecret, type RootKey } from './keys.ts'

/** A table of the database, with the columns of which its rows are made. */
type Table = { readonly name: string; readonly columns: readonly string[] }

/** Rows as PostgreSQL's COPY writes them: text, a line each, columns between tabs. */
type Rows = AsyncIterable<Buffer>

export interface LookUpsInBackup {
  /** The rows of a table as a backup has them. */
  packed(table: Table, rows: Rows): Rows
  /** The rows of a backup as the table has them. @throws {Fault} `storage` when the generation's key is not here. */
  unpacked(table: Table, rows: Rows): Rows
}

/** As COPY writes that there is no value, and before the hexadecimal digits of bytes. */
const NONE = '\\N'
const BYTES = '\\\\x'

export function lookUpsInBackup(root: RootKey, folder: string): LookUpsInBackup {
  const covers = new Map<number, Cover>()
  const coverFor = async (generation: number) => {
    const known = covers.get(generation)
    if (known !== undefined) return known
    const made = coverOf(await openSecret(root, folder, generationName(generation)))
    covers.set(generation, made)
    return made
  }
  return {
    packed: (table, rows) =>
      changed(table, rows, async (generation, ...value) =>
        (await coverFor(generation)).sealed(...value),
      ),
    unpacked: (table, rows) =>
      changed(table, rows, async (generation, ...value) =>
        (await coverFor(generation)).unsealed(...value),
      ),
  }
}

type Change = (generation: number, value: Buffer, belongsTo: string) => Promise<Buffer>

/** A table has look-up values where it says by which generation they are covered; its first column says whose. */
function changed({ name, columns }: Table, rows: Rows, change: Change): Rows {
  const [generationAt, coveredAt] = [columns.indexOf('generation'), columns.indexOf('covered')]
  if (coveredAt < 0) return rows
  return eachLine(rows, async (line) => {
    const values = line.split('\t')
    const covered = values[coveredAt] ?? NONE
    if (covered === NONE) return line
    const value = Buffer.from(covered.slice(BYTES.length), 'hex')
    const made = await change(Number(values[generationAt]), value, `${name}:${values[0]}`)
    return values.with(coveredAt, `${BYTES}${made.toString('hex')}`).join('\t')
  })
}

async function* eachLine(
  rows: Rows,
  change: (line: string) => Promise<string>,
): AsyncGenerator<Buffer> {
  let rest = ''
  for await (const bytes of rows) {
    const lines = `${rest}${bytes.toString('latin1')}`.split('\n')
    rest = lines.pop() ?? ''
    const made: string[] = []
    for (const line of lines) made.push(`${await change(line)}\n`)
    yield Buffer.from(made.join(''), 'latin1')
  }
  check(rest === '', 'The last row must be whole')
}
