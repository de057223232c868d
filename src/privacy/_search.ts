/**
 * The search of outgoing bytes for values that were not granted: the last look before they leave.
 *
 * It reads the bytes as they are and as they could be disguised without intent to hide: percent-encoding, JSON's and
 * HTML's escapes, quoted-printable, base64, hexadecimal, UTF-16; without regard to case and accents.
 *
 * It stops what a careless adapter does. It cannot stop one that encrypts; that one has the granted fields only.
 */

/** A value that must not leave, and the name of its field. */
export type Withheld = { readonly field: string; readonly text: string }

const SHORT = 5
const SHORTEST = 3

/**
 * The field of the first withheld value found in the bytes, or undefined.
 *
 * `allowed` is text that may be there: the granted values, and words that the recipient's protocol uses by itself.
 * Values under 3 characters are not searched for, those under 5 only as whole words, numbers only as whole numbers.
 */
export function findWithheld(
  bytes: Buffer,
  withheld: readonly Withheld[],
  allowed: string,
): string | undefined {
  const sought = withheld
    .map(({ field, text }) => needleOf(field, folded(text)))
    .filter(({ text }) => text.length >= SHORTEST)
  if (sought.length === 0) return undefined
  // Hardly anything is found, so what is allowed is read only then.
  let permitted: string | undefined
  const isAllowed = ({ text }: Needle) => {
    permitted ??= folded(allowed)
    return holds(permitted, text)
  }
  for (const { text: reading, isDecoded } of readings(bytes)) {
    const text = folded(reading)
    const digits = sought.some((needle) => needle.digits !== undefined) ? joinedDigits(text) : ''
    const isIn = (needle: Needle) =>
      (holds(text, needle.text) && !(isDecoded && needle.text.length < SHORT)) ||
      (needle.digits !== undefined && digits.includes(needle.digits))
    const hit = sought.find((needle) => isIn(needle) && !isAllowed(needle))
    if (hit !== undefined) return hit.field
  }
  return undefined
}

type Needle = { readonly field: string; readonly text: string; readonly digits?: string }

/** A phone number is the same however its digits are set apart. */
function needleOf(field: string, text: string): Needle {
  const digits = text.replace(/\D/g, '')
  const isPhone = digits.length >= 7 && /^[+\d ()./-]+$/.test(text)
  return isPhone ? { field, text, digits } : { field, text }
}

function joinedDigits(text: string): string {
  return text.replace(/(?<=\d)[ ()./-]+(?=\d)/g, '')
}

/** Case, accents, joiners and what stands between words, as in a title's `oak-chopping_board`, disguise no value. */
function folded(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  const isAscii = /^[\x00-\x7f]*$/.test(text)
  // By way of upper case, since ß is SS there.
  const bare = isAscii
    ? text
    : text
        .normalize('NFKD')
        .replace(/[\p{M}\p{Cf}]/gu, '')
        .toUpperCase()
  return bare
    .toLowerCase()
    .replace(/[\s_-]{2,}|[^\S ]|[_-]/g, ' ')
    .trim()
}

function holds(text: string, needle: string): boolean {
  const isNumber = /^\d+$/.test(needle)
  if (needle.length >= SHORT && !isNumber) return text.includes(needle)
  const joins = isNumber && needle.length >= SHORT ? /\d/ : /[\p{L}\p{N}]/u
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    const [before, after] = [text[at - 1] ?? '', text[at + needle.length] ?? '']
    if (!joins.test(before) && !joins.test(after)) return true
  }
  return false
}

type Reading = { readonly text: string; readonly isDecoded: boolean }

/** The bytes as text, in each of the ways in which text may have been written. */
function* readings(bytes: Buffer): Generator<Reading> {
  const plain = bytes.toString('utf8')
  const texts = new Set([plain])
  for (const { sign, decode } of escapes) if (plain.includes(sign)) texts.add(decode(plain))
  texts.add(textIn(bytes))
  const once = unescaped(plain)
  texts.add(once).add(unescaped(once))
  if (plain.includes('\0')) for (const wide of wideTexts(bytes)) texts.add(wide)
  for (const text of texts) yield { text, isDecoded: false }
  // A run goes on in the next line. Most texts hold the same runs: each is decoded once.
  const lines = [...texts].join(' ').replace(/\r?\n[ \t]?/g, '')
  const runs = new Set(lines.match(/[A-Za-z0-9+/_-]{7,}/g))
  const hexRuns = new Set([...runs].flatMap((run) => run.match(/[0-9a-fA-F]{10,}/g) ?? []))
  if (runs.size > 0) yield { text: decodedRuns(runs, BASE64), isDecoded: true }
  if (hexRuns.size > 0) yield { text: decodedRuns(hexRuns, HEX), isDecoded: true }
}

const escapes = [
  { sign: '%', decode: percentDecoded },
  { sign: '+', decode: percentDecoded },
  { sign: '\\', decode: jsonDecoded },
  { sign: '&', decode: htmlDecoded },
  { sign: '=', decode: quotedPrintableDecoded },
  { sign: '=?', decode: headerDecoded },
  { sign: '\n', decode: (text: string) => text.replace(/\r?\n[ \t]*/g, '') },
] as const

type Coding = { readonly offsets: readonly number[]; readonly encoding: 'base64' | 'hex' }

/** A run may begin inside another word, so it is read at each of its offsets. Five characters are the least of it. */
const BASE64: Coding = { offsets: [0, 1, 2, 3], encoding: 'base64' }
const HEX: Coding = { offsets: [0, 1], encoding: 'hex' }

/** One escape inside another, as JSON in a form is. */
function unescaped(text: string): string {
  return htmlDecoded(jsonDecoded(percentDecoded(quotedPrintableDecoded(text))))
}

/** As UTF-8, or as Latin-1 where it is none. */
function textIn(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}

/** As UTF-16 of either byte order, whatever comes before it. */
function wideTexts(bytes: Buffer): readonly string[] {
  return [bytes, bytes.subarray(1)].flatMap((from) => {
    const even = from.subarray(0, from.length - (from.length % 2))
    return [even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le')]
  })
}

function percentDecoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => textIn(Buffer.from(run.replaceAll('%', ''), 'hex')))
}

function jsonDecoded(text: string): string {
  return text
    .replace(/\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/g, (_, wide?: string, narrow?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow ?? '', 16)),
    )
    .replace(/\\[nrt]/g, ' ')
    .replace(/\\(.)/g, '$1')
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
  nbsp: ' ',
  commat: '@',
  period: '.',
  aelig: 'æ',
  oslash: 'ø',
  szlig: 'ß',
}

/** Accents do not count, so a letter with one is read as the letter. */
function htmlDecoded(text: string): string {
  return text
    .replace(/&#x([0-9a-fA-F]{1,8});?/g, (_, code: string) => codePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d{1,8});?/g, (_, code: string) => codePoint(Number(code)))
    .replace(/&([a-zA-Z])(?:acute|grave|uml|circ|tilde|cedil|ring|caron);/g, '$1')
    .replace(/&(\w{2,6});/g, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all)
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

function quotedPrintableDecoded(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/(?:=[0-9a-fA-F]{2})+/g, (run) => textIn(Buffer.from(run.replaceAll('=', ''), 'hex')))
}

/** A mail's header in other letters than ASCII (RFC 2047): words next to each other are one. */
function headerDecoded(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?[\w-]{1,40}\?([bq])\?([^?\s]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? textIn(Buffer.from(word, 'base64'))
        : quotedPrintableDecoded(word.replaceAll('_', ' ')),
    )
}

/**
 * What could be text in runs of a coding. Most runs are ordinary words, and decode to noise.
 *
 * All runs are decoded in one go. Each is cut to whole groups of digits and a zero group follows, so that it ends where
 * it ended and the next begins anew.
 */
function decodedRuns(runs: ReadonlySet<string>, { offsets, encoding }: Coding): string {
  const group = offsets.length
  const zero = encoding === 'hex' ? '00' : 'AAAA'
  const decoded = offsets.map((offset) => {
    let digits = ''
    for (const run of runs) {
      const end = run.length - ((run.length - offset) % group)
      digits += `${run.slice(offset, end)}${rest(run.slice(end), encoding)}${zero}`
    }
    const bytes = Buffer.from(digits, encoding)
    return `${bytes.toString('utf8')}\n${narrowed(bytes)}`
  })
  return decoded.join('\n').match(LEGIBLE)?.join('\n') ?? ''
}

/** The letters of UTF-16 within a coding, where there is any: every other byte of it is a zero, but in far scripts. */
function narrowed(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return /[^\0](?:\0[^\0]){3}/.test(text) ? text.replace(/(?<=[^\0])\0(?=[^\0])/g, '') : ''
}

/** Two or three last digits of base64 hold one or two bytes more. */
function rest(digits: string, encoding: Coding['encoding']): string {
  return encoding === 'base64' && digits.length > 1 ? digits.padEnd(4, 'A') : ''
}

/** Three characters in a row that are no control characters, nor what stands for bytes that are no text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const LEGIBLE = /[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]{3,}/g

/** Every text and number inside a value. */
export function textOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textOf)
}
