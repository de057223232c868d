/**
 * Form bodies, with the bracket notation of the processor:
 * `line_items[0][price_data][currency]=eur`.
 *
 * Invariant: a body of any shape is read or refused; names from outside are keys of a `Map`, never
 * of an object.
 */

import { plain, Refused } from './answer.ts'

/** What a form says: texts, and maps of them. */
export interface Form extends ReadonlyMap<string, string | Form> {}

type Node = Map<string, string | Node>

const FIELDS = 1000
const DEPTH = 8

/** @throws {Refused} 400 for a body that is no form. */
export function readForm(body: string): Form {
  const root: Node = new Map()
  if (body === '') return root
  const pairs = body.split('&')
  if (pairs.length > FIELDS) throw unreadable(`more than ${FIELDS} fields`)
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    put(root, pathOf(name), at < 0 ? '' : decode(pair.slice(at + 1)))
  }
  return root
}

/** The text at a path, or undefined. */
export function textAt(form: Form, ...path: readonly string[]): string | undefined {
  const value = at(form, path)
  return typeof value === 'string' ? value : undefined
}

/** The map at a path; empty when there is none. */
export function formAt(form: Form, ...path: readonly string[]): Form {
  const value = at(form, path)
  return value === undefined || typeof value === 'string' ? NOTHING : value
}

/** The texts of a map as an object of the wire (`metadata`). */
export function texts(form: Form): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of form) {
    if (typeof value === 'string' && value !== '' && name !== '__proto__') found[name] = value
  }
  return found
}

const NOTHING: Form = new Map()

function at(form: Form, path: readonly string[]): string | Form | undefined {
  let value: string | Form | undefined = form
  for (const name of path) {
    if (value === undefined || typeof value === 'string') return undefined
    value = value.get(name)
  }
  return value
}

/**
 * `a[b][0]` as `a`, `b`, `0`. An empty bracket (`expand[]`) becomes the next number when it is put.
 */
function pathOf(name: string): readonly string[] {
  const at = name.indexOf('[')
  if (at <= 0 || !name.endsWith(']')) return [name]
  const path = [name.slice(0, at), ...name.slice(at + 1, -1).split('][')]
  if (path.length > DEPTH) throw unreadable(`brackets deeper than ${DEPTH}`)
  return path
}

function put(root: Node, path: readonly string[], text: string): void {
  let node = root
  path.forEach((part, index) => {
    const name = part === '' && index > 0 ? String(node.size) : part
    if (index === path.length - 1) {
      node.set(name, text)
      return
    }
    const next = node.get(name)
    if (next instanceof Map) node = next
    else {
      const made: Node = new Map()
      node.set(name, made)
      node = made
    }
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw unreadable('a broken percent escape')
  }
}

function unreadable(why: string): Refused {
  return new Refused(plain(`Cannot read the form: it has ${why}`, 400))
}
