/**
 * A file of ours as the tidy rules read it: its text, and three views of the same length and the same lines.
 *
 * Invariant: a word in a comment, a string, a template or a regular expression is not in `code`; what stands between
 * `${` and `}` of a template is.
 */

import { posix } from 'node:path'

export type Source = {
  /** From the root of the project, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Comments and the content of literals are blank; the quotes stay. */
  readonly code: string
  /** Only comments are blank. */
  readonly bare: string
  /** Everything but comments is blank. */
  readonly comments: string
}

export type Finding = { readonly path: string; readonly line: number; readonly what: string }

export type Rule = {
  readonly name: string
  /** What the author of the file does about it. */
  readonly remedy: string
  readonly find: (sources: readonly Source[]) => readonly Finding[]
}

export type Import = {
  readonly specifier: string
  /** The path of the file in this project, or undefined for a package. */
  readonly to: string | undefined
  /** `import type`: gone when the program runs. */
  readonly typeOnly: boolean
  readonly line: number
}

export function source(path: string, text: string): Source {
  const script = /\.(tsx?|m?js)$/.test(path)
  const kinds = script ? kindsOf(text) : new Uint8Array(text.length)
  const view = (shown: (kind: number) => boolean) =>
    text.replace(/[^\n]/gs, (char, at: number) => (shown(kinds[at] ?? CODE) ? char : ' '))
  return {
    path,
    text,
    code: view((kind) => kind === CODE),
    bare: view((kind) => kind !== COMMENT),
    comments: view((kind) => kind === COMMENT),
  }
}

/** Tests, type tests and benchmarks stand outside the store and may look into all of it. */
export function isFree(path: string): boolean {
  return /\.(test|types)\.tsx?$/.test(path) || /^(test|bench|scripts)\//.test(path)
}

export function isScript(path: string): boolean {
  return /\.(tsx?|m?js)$/.test(path)
}

export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

/** A finding for each match of global `patterns` in one view of a file. */
export function matches(
  { path, ...views }: Source,
  view: 'text' | 'code' | 'bare' | 'comments',
  ...patterns: readonly RegExp[]
): readonly Finding[] {
  return patterns.flatMap((pattern) =>
    [...views[view].matchAll(pattern)].map(({ 0: found, index }) => ({
      path,
      line: lineAt(views[view], index + found.length - found.trimStart().length),
      what: found.trim().replaceAll(/\s+/g, ' ').slice(0, 80),
    })),
  )
}

const MODULE_NAMES = /\bfrom\s*['"]|\bimport\s*['"]|\b(?:import|require)\s*\(\s*['"`]/g

/** `import … from`, `export … from`, `import '…'`, `import('…')`, in types too. */
export function importsOf({ path, text, code }: Source): readonly Import[] {
  return [...code.matchAll(MODULE_NAMES)].map((match) => {
    const start = match.index + match[0].length
    const specifier = text.slice(start, text.indexOf(match[0].slice(-1), start))
    const statement =
      code
        .slice(0, match.index)
        .split(/\b(?=(?:import|export)\b)/)
        .at(-1) ?? ''
    return {
      specifier,
      to: /^\.\.?\//.test(specifier) ? posix.join(posix.dirname(path), specifier) : undefined,
      typeOnly: match[0].startsWith('from') && /^(?:import|export)\s+type\s+[\w{*]/.test(statement),
      line: lineAt(text, match.index),
    }
  })
}

const CODE = 0
const COMMENT = 1
const LITERAL = 2

const BEFORE_A_PATTERN = /(?:^|[(,=:[!&|?{;+~^%]|=>|\b(?:return|typeof|case|in|of|await))$/

/** What each character is. It reads as much of the language as formatted code of ours needs. */
function kindsOf(text: string): Uint8Array {
  const kinds = new Uint8Array(text.length)
  /** For each open `${`, how many braces were open before it. */
  const templates: number[] = []
  let braces = 0
  let at = 0
  const mark = (kind: number, end: number) => {
    kinds.fill(kind, at, end)
    at = end
  }
  const template = () => {
    mark(LITERAL, endOfTemplate(text, at))
    if (text[at] === '$') templates.push(braces)
    at += text[at] === '$' ? 2 : 1
  }
  while (at < text.length) {
    const char = text[at] ?? ''
    const literal = endOfLiteral(text, at)
    if (isLineComment(text, at)) mark(COMMENT, endOf(text, '\n', at))
    else if (text.startsWith('/*', at)) mark(COMMENT, endOf(text, '*/', at + 2) + 2)
    else if (literal !== undefined) {
      at += 1
      mark(LITERAL, literal)
      at += 1
    } else {
      at += 1
      if (char === '`') template()
      else if (char === '{') braces += 1
      else if (char === '}' && templates.at(-1) === braces) {
        templates.pop()
        template()
      } else if (char === '}') braces -= 1
    }
  }
  return kinds
}

/** `://` in the text of a page is an address. */
function isLineComment(text: string, at: number): boolean {
  return text.startsWith('//', at) && text[at - 1] !== ':'
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found === -1 ? text.length : found
}

function endOfTemplate(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '`' || text.startsWith('${', at)) return at
  }
  return text.length
}

/** Where a string or a pattern that begins at `at` closes, or undefined when none begins there. */
function endOfLiteral(text: string, at: number): number | undefined {
  const open = text[at] ?? ''
  const isQuote = open === "'" || open === '"'
  if (!isQuote && open !== '/') return undefined
  if (isQuote && /\w/.test(text[at - 1] ?? '')) return undefined
  if (open === '/' && !BEFORE_A_PATTERN.test(lastCode(text, at))) return undefined
  let inClass = false
  for (let next = at + 1; next < text.length && text[next] !== '\n'; next += 1) {
    const char = text[next]
    if (char === '\\') next += 1
    else if (open === '/' && char === '[') inClass = true
    else if (open === '/' && char === ']') inClass = false
    else if (char === open && !inClass) return next
  }
  return undefined
}

function lastCode(text: string, at: number): string {
  return text.slice(Math.max(0, at - 200), at).trimEnd()
}
