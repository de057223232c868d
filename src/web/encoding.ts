/**
 * Which compressions a client takes (RFC 9110, section 12.5.3).
 *
 * Invariant: only bytes that no person is in are ever compressed, so that no length tells a secret.
 */

export type Coding = 'br' | 'gzip'

/** Whether an `Accept-Encoding` names a coding and does not weigh it with zero. */
export function accepts(header: string | string[] | undefined, coding: Coding): boolean {
  if (typeof header !== 'string' || !header.includes(coding)) return false
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';')
    return name.trim() === coding && !parameters.some((text) => /^\s*q=0(\.0*)?\s*$/.test(text))
  })
}
