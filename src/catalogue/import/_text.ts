/**
 * Texts of an import: HTML is reduced to plain paragraphs. Markup never reaches a page, whatever it says.
 */

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  deg: '°',
  times: '×',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  sup2: '²',
  sup3: '³',
  micro: 'µ',
  plusmn: '±',
  euro: '€',
  pound: '£',
  copy: '©',
  reg: '®',
  trade: '™',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  agrave: 'à',
  acirc: 'â',
  ccedil: 'ç',
  eacute: 'é',
  Eacute: 'É',
  egrave: 'è',
  ecirc: 'ê',
  icirc: 'î',
  ntilde: 'ñ',
  oacute: 'ó',
  ocirc: 'ô',
  ugrave: 'ù',
  aring: 'å',
  oslash: 'ø',
}

/** Elements whose content is no text. */
const MUTE = /<(script|style|template|iframe|object|svg|head)\b[\s\S]*?(?:<\/\1\s*>|$)/gi
const BLOCK = /<\/?(?:p|div|h[1-6]|ul|ol|table|section|article|blockquote|figure|hr|pre)\b[^>]*>/gi
const LINE = /<(?:br|\/li|\/tr|\/dt|\/dd)\b[^>]*>/gi
const ITEM = /<li\b[^>]*>/gi
const CELL = /<\/t[dh]\b[^>]*>/gi
const MARKUP = /<!--[\s\S]*?(?:-->|$)|<[/!?]?[a-z][^>]*(?:>|$)/gi

/** HTML, or text that is plain already, to paragraphs parted by an empty line. */
export function plainParagraphs(text: string): string {
  return /<[a-z/!]|&[#a-z]/i.test(text) ? tidied(fromHtml(text)) : tidied(text)
}

/** One line: what stands in a name or a value. */
export function plainLine(text: string): string {
  return withoutControls(text).replaceAll(/\s+/g, ' ').trim()
}

/** `Éclair No. 5` to `eclair-no-5`: for an address. Empty when nothing of it can stand there. */
export function slugOf(text: string): string {
  const folded = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return folded
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
}

function fromHtml(html: string): string {
  const text = html
    .replaceAll(/\s+/g, ' ')
    .replaceAll(MUTE, '')
    .replaceAll(BLOCK, '\n\n')
    .replaceAll(ITEM, '\n• ')
    .replaceAll(LINE, '\n')
    .replaceAll(CELL, ' ')
    .replaceAll(MARKUP, '')
  return text.replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]\w{1,9});/gi, (all, name: string) =>
    entity(name, all),
  )
}

function entity(name: string, otherwise: string): string {
  if (!name.startsWith('#')) return NAMED[name] ?? otherwise
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  const allowed = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return allowed ? String.fromCodePoint(code) : ''
}

function tidied(text: string): string {
  return withoutControls(text)
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** PostgreSQL holds no NUL, and the others show as nothing. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '')
}
