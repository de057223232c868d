/**
 * How things go wrong: a refusal, a fault, or a bug.
 *
 * A *refusal* is the policy's no and names its clause. A *fault* is the world's no (a carrier that does not answer, a
 * form with an error, stock that is gone) and has a code that its caller must deal with. A *bug* is ours: `check`
 * stays on in production.
 *
 * Invariant: a message holds no personal data. It says which action failed, why, and what to do.
 */

/** The policy says no. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly clause: string

  constructor(clause: string, message: string) {
    super(`${message} (${clause})`)
    this.clause = clause
  }
}

/** The world says no. The table `STATUS_OF_FAULT` in `web/problem.tsx` maps codes to HTTP. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  /** What a person can do about it, in a sentence. */
  readonly remedy: string | undefined
  /** After how long it is worth another try, where time alone helps. The same for everybody. */
  readonly waitSeconds: number | undefined

  constructor(
    code: FaultCode,
    message: string,
    options: { remedy?: string; waitSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy
    this.waitSeconds = options.waitSeconds
  }
}

export type FaultCode =
  | 'cart_empty'
  | 'cart_line_limit'
  | 'carrier_refused'
  | 'conflict'
  | 'customs_data_missing'
  | 'destination_not_served'
  | 'forbidden'
  | 'forged'
  | 'import_unreadable'
  | 'invalid'
  | 'not_found'
  | 'payment_refused'
  | 'sold_out'
  | 'storage'
  | 'too_many_attempts'
  | 'unreachable'

/** We are wrong. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Asserts what must hold. Stays on in production. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Bug(message)
}

/** For the end of a `switch` over a union: a case that was forgotten does not compile. */
export function unreachable(value: never): never {
  throw new Bug(`Unexpected case: ${JSON.stringify(value)}`)
}
