/** A limit to guessing that was reached, as a form says it. */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { STATUS_OF_FAULT, sayWait } from '../../web/problem.tsx'

export const LIMIT_STATUS = STATUS_OF_FAULT.too_many_attempts

/** What a limit says of itself; the answer says after how long, too. Anything else that was thrown is thrown on. */
export function limitOf(reply: FastifyReply, error: unknown): string {
  if (!(error instanceof Fault) || error.code !== 'too_many_attempts') throw error
  sayWait(reply, error)
  return `${error.message}. ${error.remedy}.`
}
