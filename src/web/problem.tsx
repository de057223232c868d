/**
 * Problem pages: what a person or a machine is told when a request ends badly.
 *
 * One table maps faults to HTTP. A refusal names its clause. What is our own fault, or another company's, is told in
 * general words; the event goes to the log by its kind.
 *
 * Invariant: no message holds personal data, and nothing that was sent is shown again.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ComponentChild } from 'preact'
import { Fault, type FaultCode, Refusal } from '../base/failure.ts'
import type { Frame } from './frame.ts'
import type { Headers } from './headers.ts'
import { page } from './layout.tsx'

export const STATUS_OF_FAULT = {
  cart_empty: 409,
  cart_line_limit: 409,
  carrier_refused: 502,
  conflict: 409,
  customs_data_missing: 409,
  destination_not_served: 409,
  forbidden: 403,
  forged: 400,
  import_unreadable: 400,
  invalid: 400,
  not_found: 404,
  payment_refused: 402,
  sold_out: 409,
  storage: 503,
  too_many_attempts: 429,
  unreachable: 503,
} as const satisfies Record<FaultCode, number>

export type Problem = {
  readonly status: number
  /** In place of the general words of the status. */
  readonly detail?: string
  /** What the person can do. */
  readonly remedy?: string | undefined
  readonly clause?: string
  readonly waitSeconds?: number | undefined
}

/** Whatever was thrown, as a problem. Details are told of what the sender can mend, never of our own faults. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return { status: 403, detail: error.message, clause: error.clause }
  if (error instanceof Fault) {
    const status = STATUS_OF_FAULT[error.code]
    const { message: detail, remedy, waitSeconds } = error
    return status >= 500 ? { status } : { status, detail, remedy, waitSeconds }
  }
  return { status: statusOf(error) }
}

/** What every problem is told with. */
export type Telling = {
  readonly frame: Frame
  readonly headers: Headers
  /** The navigation of a part that has its own; undefined: the shop's. Must not fail. */
  readonly navigationOf: (frame: Frame, request: FastifyRequest) => Promise<ComponentChild>
}

/** Sends the problem in the form that the client asks for: a page, or RFC 9457's JSON. */
export async function sendProblem(
  { frame, headers, navigationOf }: Telling,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): Promise<FastifyReply> {
  reply.code(problem.status).headers(headers)
  sayWait(reply, problem)
  if (wantsJson(request)) {
    const json = Buffer.from(JSON.stringify(problemJson(frame, problem)))
    return reply.header('content-type', 'application/problem+json').send(json)
  }
  const navigation = await navigationOf(frame, request)
  return reply.type('text/html; charset=utf-8').send(problemPage(frame, problem, navigation))
}

/**
 * When it is worth another try (RFC 9110, section 10.2.3). A limit says its whole time: what is left of it would tell
 * when somebody else has tried.
 */
export function sayWait(reply: FastifyReply, { waitSeconds }: Pick<Problem, 'waitSeconds'>): void {
  if (waitSeconds !== undefined) reply.header('retry-after', String(waitSeconds))
}

/** Only the back office has a navigation of its own: staff are led back to it. */
function problemPage(frame: Frame, problem: Problem, navigation: ComponentChild): string {
  const { words } = frame
  const { title, text } = wordsOf(frame, problem.status)
  return page(
    frame,
    { title, unlisted: true, navigation },
    <>
      <h1>{title}</h1>
      <p>{sentence(problem.detail ?? text)}</p>
      {problem.clause && <p>{words.problem.refused(problem.clause)}</p>}
      <h2>{words.problem.whatToDo}</h2>
      <ul>
        {problem.remedy && <li>{sentence(problem.remedy)}</li>}
        {problem.clause && (
          <li>
            <a href="/privacy">{words.problem.toPolicy}</a>
          </li>
        )}
        <li>
          {navigation === undefined ? (
            <a href="/">{words.problem.toHome}</a>
          ) : (
            <a href="/admin">{words.problem.toOffice}</a>
          )}
        </li>
      </ul>
    </>,
  )
}

/** What was thrown ends without a full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function problemJson(frame: Frame, { status, detail, remedy, clause }: Problem) {
  const { title, text } = wordsOf(frame, status)
  return { type: 'about:blank', status, title, detail: detail ?? text, remedy, clause }
}

function wordsOf({ words: { problem } }: Frame, status: number) {
  return problem.byStatus[status] ?? (status >= 500 ? problem.failed : problem.general)
}

/** Errors of the server itself (a body too large, a type unknown) bring their status along. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500
  const status: unknown = Reflect.get(error, 'statusCode')
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

function wantsJson({ headers, routeOptions }: FastifyRequest): boolean {
  const accept = headers.accept ?? ''
  return (
    routeOptions.config?.webhook === true || (/\bjson\b/.test(accept) && !accept.includes('html'))
  )
}
