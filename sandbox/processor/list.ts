/**
 * Lists of the processor's things: the newest first, a page at a time, and on from one of them.
 *
 * Limits are the real ones: a page has 10 things unless told, from 1 to 100.
 */

import { type Answer, json } from '../base/answer.ts'
import { readInteger } from './sessions.ts'
import { invalid, noSuch } from './wire.ts'

type Listed = {
  /** Where the list is: `/v1/refunds`. */
  readonly url: string
  readonly kind: string
  readonly query: URLSearchParams
}

const UNLESS_TOLD = 10
const MOST = 100

/** @param found oldest first. @throws {Refused} 400 for a wrong limit, 404 for an unknown place. */
export function listed(
  found: readonly { readonly id: string }[],
  { url, kind, query }: Listed,
): Answer {
  const newest = [...found].reverse()
  const limit = readLimit(query.get('limit'))
  const placeOf = (param: 'starting_after' | 'ending_before', otherwise: number) => {
    const id = query.get(param)
    if (id === null) return otherwise
    const at = newest.findIndex((one) => one.id === id)
    if (at < 0) throw noSuch(kind, id, param)
    return at
  }
  const after = placeOf('starting_after', -1)
  const before = placeOf('ending_before', newest.length)
  const between = newest.slice(after + 1, before)
  // What comes before something is the page that ends with it.
  const data = query.has('ending_before') ? between.slice(-limit) : between.slice(0, limit)
  return json({ object: 'list', data, has_more: between.length > limit, url })
}

function readLimit(text: string | null): number {
  if (text === null) return UNLESS_TOLD
  const limit = readInteger(text, 'limit')
  if (limit >= 1 && limit <= MOST) return limit
  const must = limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST}`
  throw invalid(`This value must be ${must} (it currently is '${limit}').`, {
    code: 'parameter_invalid_integer',
    param: 'limit',
  })
}
