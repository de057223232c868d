/**
 * Idempotency keys: the same key with the same parameters gets the same answer, and does nothing
 * again.
 *
 * As at the real processor, answers that refuse a request as wrong are not kept: it may be sent
 * again, mended.
 */

import { hash } from 'node:crypto'
import { type Answer, jsonText, Refused } from '../base/answer.ts'
import { type Clock, seconds } from '../base/clock.ts'
import type { Request } from '../base/server.ts'
import type { Collection } from '../base/state.ts'
import { failure } from './wire.ts'

export type SavedAnswer = {
  /** Of the path and the parameters that came with the key. */
  readonly digest: string
  readonly body: string
  readonly created: number
}

const SECONDS_KEPT = 86_400

/**
 * Does `work` once for each key. @throws {Refused} 400 `idempotency_error` for a key with other
 * parameters.
 */
export function once(
  answers: Collection<SavedAnswer>,
  clock: Clock,
  request: Request,
  work: () => object,
): Answer {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '') return jsonText(JSON.stringify(work()))
  const digest = hash('sha256', `${request.path}\n${request.body}`, 'base64')
  const headers = { 'idempotency-key': printable(key) }
  const known = answers.get(key)
  if (known !== undefined && known.created > seconds(clock) - SECONDS_KEPT) {
    if (known.digest !== digest) throw misused(key)
    return jsonText(known.body, 200, { ...headers, 'idempotent-replayed': 'true' })
  }
  const body = JSON.stringify(work())
  answers.put(key, { digest, body, created: seconds(clock) })
  return jsonText(body, 200, headers)
}

/** Forgets all keys. The real processor does once they are a day old. */
export function forget(answers: Collection<SavedAnswer>): void {
  for (const key of [...answers.keys()]) answers.delete(key)
}

function misused(key: string): Refused {
  return new Refused(
    failure({
      type: 'idempotency_error',
      message:
        'Keys for idempotent requests can only be used with the same parameters they were ' +
        `first used with. Try using a key other than '${key}' if you meant to execute a ` +
        'different request.',
    }),
  )
}

/** A header that came in may hold bytes that must not go out. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?')
}
