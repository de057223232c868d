/**
 * Canaries: values that are found nowhere else, and a search of bytes for them in every disguise that a program might
 * give them without meaning to hide them.
 *
 * Plain, upper and lower case, decomposed (NFD), percent-encoded, JSON's escapes, hexadecimal, base64 at each of its
 * three alignments, UTF-16 of both kinds, and unkeyed digests. What is compressed is not looked into.
 */

import { createHash } from 'node:crypto'

export type Hit = { readonly name: string; readonly form: string }

export type Search = (bytes: Buffer) => readonly Hit[]

type Needle = Hit & { readonly bytes: Buffer }

const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const
const LEAST_BYTES = 7
/** Needles are found by their first three bytes. */
const KEYS = 2 ** 24

/** A search for values by name. */
export function searchFor(values: Readonly<Record<string, string | Buffer>>): Search {
  const byKey = new Map<number, Needle[]>()
  const isBeginning = new Uint8Array(KEYS)
  for (const needle of Object.entries(values).flatMap(([name, value]) => needles(name, value))) {
    const key = needle.bytes.readUIntBE(0, 3)
    isBeginning[key] = 1
    byKey.set(key, [...(byKey.get(key) ?? []), needle])
  }
  return (bytes) => {
    const hits = new Map<string, Hit>()
    let key = 0
    for (let end = 0; end < bytes.length; end += 1) {
      key = ((key << 8) | (bytes[end] ?? 0)) & (KEYS - 1)
      if (isBeginning[key] === 0) continue
      for (const { name, form, bytes: needle } of byKey.get(key) ?? []) {
        const start = end - 2
        if (start < 0 || !bytes.subarray(start, start + needle.length).equals(needle)) continue
        hits.set(`${name} ${form}`, { name, form })
      }
    }
    return [...hits.values()]
  }
}

/** The names of what was found, each once, in alphabetical order. */
export function namesIn(hits: readonly Hit[]): readonly string[] {
  return [...new Set(hits.map(({ name }) => name))].sort()
}

function needles(name: string, value: string | Buffer): readonly Needle[] {
  const forms = typeof value === 'string' ? formsOfText(value) : formsOfBytes(value)
  const found = forms.map(([form, bytes]) => ({ name, form, bytes: Buffer.from(bytes) }))
  const short = found.find(({ bytes }) => bytes.length < LEAST_BYTES)
  if (short !== undefined) throw new Error(`A canary of ${short.bytes.length} bytes finds too much`)
  return found
}

type Form = readonly [form: string, bytes: string | Buffer]

function formsOfText(value: string): readonly Form[] {
  const cases = [value, value.toLowerCase(), value.toUpperCase()]
  const spellings = new Set([...cases, ...cases.map((text) => text.normalize('NFD'))])
  return [
    ...[...spellings].flatMap((text) => [
      ...formsOfBytes(Buffer.from(text)),
      ...encodings(text),
      ...formsOfBytes(Buffer.from(text, 'utf16le'), 'UTF-16LE '),
      ...formsOfBytes(Buffer.from(text, 'utf16le').swap16(), 'UTF-16BE '),
    ]),
    ...[...new Set([value, value.toLowerCase()])].flatMap(digests),
  ]
}

function encodings(text: string): readonly Form[] {
  const percent = encodeURIComponent(text)
  const lower = percent.replace(/%../g, (code) => code.toLowerCase())
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [
    ['percent-encoded', percent],
    ['percent-encoded', lower],
    ['percent-encoded', percent.replaceAll('%20', '+')],
    ['JSON', json],
    ['JSON', ascii],
  ]
}

function formsOfBytes(bytes: Buffer, prefix = ''): readonly Form[] {
  const hex = bytes.toString('hex')
  return [
    [`${prefix}plain`, bytes],
    [`${prefix}hex`, hex],
    [`${prefix}hex`, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((before): Form[] => {
      const text = base64Within(bytes, before)
      return [
        [`${prefix}base64 after ${before}`, text],
        [`${prefix}base64 after ${before}`, text.replaceAll('+', '-').replaceAll('/', '_')],
      ]
    }),
  ]
}

/** The characters that depend on these bytes alone, when `before` bytes stand before them in their group. */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  const begin = [0, 2, 3][before] ?? 0
  const whole = Math.floor(((before + bytes.length) * 8) / 6)
  return text.slice(begin, whole)
}

function digests(text: string): readonly Form[] {
  return DIGESTS.flatMap((algorithm): Form[] => {
    const digest = createHash(algorithm).update(text).digest()
    return [
      [algorithm, digest],
      [`${algorithm} hex`, digest.toString('hex')],
      [`${algorithm} hex`, digest.toString('hex').toUpperCase()],
      [`${algorithm} base64`, digest.toString('base64').replace(/=+$/, '')],
      [`${algorithm} base64`, digest.toString('base64url')],
    ]
  })
}
