/** What was just done, said once at the head of the page that it leads to. */

import type { FastifyRequest } from 'fastify'
import { queried } from './body.ts'

/** The words for what the address says was done; undefined for anything that has none. */
export function doneOf(
  request: FastifyRequest,
  words: Readonly<Partial<Record<string, string>>>,
): string | undefined {
  const done = queried(request, 'done')
  return Object.hasOwn(words, done) ? words[done] : undefined
}

/** Nothing where nothing was done. */
export function Notice({ done }: { readonly done: string | undefined }) {
  if (done === undefined) return null
  return (
    <p class="notice" role="status">
      {done}
    </p>
  )
}
