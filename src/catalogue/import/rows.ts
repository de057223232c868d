/**
 * Reads a catalogue file row by row, as a stream: UTF-8 with or without a byte order mark, any line ends.
 *
 * Invariant: memory does not grow with the file.
 */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { Fault } from '../../base/failure.ts'
import { type Format, formatOf, type Key } from './format.ts'
import type { Problems } from './problem.ts'

export type Row = {
  /** Where the row begins in the file, from 1. */
  readonly line: number
  readonly format: Format
  /** What is written under a key, trimmed; empty when nothing is, or when the file has no such column. */
  readonly text: (key: Key) => string
  /** How the file names the column of a key. */
  readonly column: (key: Key) => string
}

type Parsed = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

const LONGEST_ROW = 1_000_000

/**
 * The rows of a file, its header apart. `onBytes` hears how far the reading is.
 *
 * @throws {Fault} `import_unreadable` when the file is not there, not UTF-8, or no catalogue.
 */
export async function* readCatalogueRows(
  file: string,
  problems: Problems,
  onBytes: (read: number, all: number) => void,
): AsyncGenerator<Row> {
  const size = await sizeOf(file)
  const source = createReadStream(file)
  let good = 0
  const parser = parse({
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_ROW,
    on_skip: (error) => {
      problems.add({ line: good + 1, column: '', reason: reasonOf(error?.code), kind: 'refused' })
      return undefined
    },
  })
  pipeline(source, decodeLines, parser, () => {})
  let format: Format | undefined
  for await (const { record, info } of parser as AsyncIterable<Parsed>) {
    good = info.lines
    onBytes(source.bytesRead, size)
    if (format === undefined) format = formatOf(record)
    else {
      const row = rowOf(format, record, info.lines - breaksIn(record), problems)
      if (row !== null) yield row
    }
  }
  if (format === undefined) throw unreadable('it is empty', 'Give a file with a header and rows')
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file)
    if (found.isFile()) return found.size
  } catch (cause) {
    throw new Fault('import_unreadable', `Cannot read "${file}"`, {
      remedy: 'Look whether the file is there and may be read',
      cause,
    })
  }
  throw new Fault('import_unreadable', `Cannot read "${file}": it is not a file`)
}

/** Bytes to text with `\n` line ends; refuses what is not UTF-8. */
async function* decodeLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let held = ''
  for await (const bytes of source) {
    const text = held + decoded(() => decoder.decode(bytes, { stream: true }))
    // A `\r` at the end may be half a line end: it waits for what follows.
    held = text.endsWith('\r') ? '\r' : ''
    yield text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, '\n')
  }
  yield (held + decoded(() => decoder.decode())).replaceAll(/\r\n?/g, '\n')
}

function decoded(decode: () => string): string {
  try {
    return decode()
  } catch {
    throw unreadable('it is not written in UTF-8', 'Save it again as "CSV UTF-8", then import it')
  }
}

function unreadable(why: string, remedy: string): Fault {
  return new Fault('import_unreadable', `Cannot import the file: ${why}`, { remedy })
}

function reasonOf(code: string | undefined): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return 'A quotation mark is opened here or below and never closed; nothing after it could be read'
  if (code === 'CSV_MAX_RECORD_SIZE') return `The row is longer than ${LONGEST_ROW} characters`
  return 'The row cannot be read as CSV'
}

function rowOf(
  format: Format,
  record: readonly string[],
  line: number,
  problems: Problems,
): Row | null {
  if (record.every((text) => text.trim() === '')) return null
  if (record.slice(format.columns.length).some((text) => text !== '')) {
    const reason = `The row has ${record.length} cells, the header ${format.columns.length}`
    problems.add({ line, column: '', reason, kind: 'refused' })
    return null
  }
  const at = (key: Key) => format.columns.indexOf(key)
  return {
    line,
    format,
    text: (key) => record[at(key)]?.trim() ?? '',
    column: (key) => format.header[at(key)] ?? '',
  }
}

function breaksIn(record: readonly string[]): number {
  return record.reduce((count, text) => count + text.split('\n').length - 1, 0)
}
