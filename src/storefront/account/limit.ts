/** A limit to guessing that was reached, as a form says it. */

import { Fault } from '../../base/failure.ts'
import { STATUS_OF_FAULT } from '../../web/problem.tsx'

export const LIMIT_STATUS = STATUS_OF_FAULT.too_many_attempts

/** What a limit says of itself. Anything else that was thrown is thrown on. */
export function limitOf(error: unknown): string {
  if (!(error instanceof Fault) || error.code !== 'too_many_attempts') throw error
  return `${error.message}. ${error.remedy}.`
}
