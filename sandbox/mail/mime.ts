/**
 * Reading messages: as much of MIME (RFC 2045 to 2047, RFC 5322) as a mail program needs to show
 * one.
 *
 * Invariant: any text at all is read as some message; nothing in one can make the reading fail.
 */

export type Message = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string | null
  readonly html: string | null
  readonly attachments: readonly Attachment[]
}

export type Attachment = {
  readonly name: string
  readonly type: string
  readonly content: Buffer
}

type Headers = ReadonlyMap<string, string>
type Part = { readonly headers: Headers; readonly body: string }
type Field = { readonly value: string; readonly parameters: ReadonlyMap<string, string> }
type Found = { text: string | null; html: string | null; readonly attachments: Attachment[] }

const DEPTH = 8

export function readMessage(raw: string): Message {
  const part = split(raw)
  const found: Found = { text: null, html: null, attachments: [] }
  collect(part, found, 0)
  return { ...readHeader(part), ...found }
}

/** What a list of messages shows: cheap, since it leaves the body alone. */
export function readSummary(raw: string): Pick<Message, 'from' | 'to' | 'subject'> {
  return readHeader(split(raw))
}

function readHeader({ headers }: Part): Pick<Message, 'from' | 'to' | 'subject'> {
  const header = (name: string) => words(headers.get(name) ?? '')
  return { from: header('from'), to: header('to'), subject: header('subject') }
}

function collect(part: Part, found: Found, depth: number): void {
  const type = field(part.headers.get('content-type') ?? 'text/plain')
  const disposition = field(part.headers.get('content-disposition') ?? '')
  const boundary = type.parameters.get('boundary')
  if (type.value.startsWith('multipart/') && boundary !== undefined && depth < DEPTH) {
    for (const inner of partsOf(part.body, boundary)) collect(split(inner), found, depth + 1)
    return
  }
  const content = decode(part)
  const isText = disposition.value !== 'attachment' && type.value.startsWith('text/')
  const charset = type.parameters.get('charset') ?? 'utf-8'
  if (isText && type.value === 'text/html') found.html ??= decodeText(content, charset)
  else if (isText) found.text ??= decodeText(content, charset)
  else {
    const name = disposition.parameters.get('filename') ?? type.parameters.get('name')
    found.attachments.push({ name: words(name ?? 'unnamed'), type: type.value, content })
  }
}

/** Headers, unfolded, and what follows them. */
function split(raw: string): Part {
  const text = raw.replaceAll('\r\n', '\n')
  const end = text.startsWith('\n') ? 0 : text.indexOf('\n\n')
  const head = end < 0 ? text : text.slice(0, end)
  const body = end < 0 ? '' : text.slice(end + (end === 0 ? 1 : 2))
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, body }
}

function partsOf(body: string, boundary: string): readonly string[] {
  const parts = `\n${body}`.split(`\n--${boundary}`)
  return parts
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => part.slice(part.indexOf('\n') + 1))
}

/** `text/plain; charset=utf-8` and the like. */
function field(text: string): Field {
  const parameters = new Map<string, string>()
  const [value = '', ...rest] = text.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, equals).trim().toLowerCase()
    const quoted = parameter.slice(equals + 1).trim()
    if (name.endsWith('*')) parameters.set(name.slice(0, -1), extended(quoted))
    else parameters.set(name, quoted.replace(/^"([\s\S]*)"$/, '$1'))
  }
  return { value: value.trim().toLowerCase(), parameters }
}

/** `utf-8''na%C3%AFve.pdf` (RFC 2231). */
function extended(text: string): string {
  try {
    return decodeURIComponent(text.split("'").slice(2).join("'"))
  } catch {
    return text
  }
}

function decode({ headers, body }: Part): Buffer {
  const encoding = (headers.get('content-transfer-encoding') ?? '7bit').toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'utf8')
  return quotedPrintable(body.replaceAll(/=[ \t]*\n/g, ''))
}

function quotedPrintable(text: string): Buffer {
  const parts = text.split(/(=[0-9A-Fa-f]{2})/)
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'),
    ),
  )
}

/** Encoded words of a header: `=?UTF-8?Q?caf=C3=A9?=`. */
function words(text: string): string {
  return text
    .replaceAll(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)\s+(?==\?)/gi, '$1')
    .replaceAll(/=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi, (_all, charset, kind, encoded) => {
      const bytes =
        kind.toLowerCase() === 'b'
          ? Buffer.from(encoded, 'base64')
          : quotedPrintable(encoded.replaceAll('_', ' '))
      return decodeText(bytes, charset)
    })
}

function decodeText(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}
