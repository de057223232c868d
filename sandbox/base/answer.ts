/**
 * Answers: what a handler says to a request, and how it says no.
 */

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/**
 * A request that is refused; thrown anywhere below a handler, answered by the server in one place.
 */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`Refused with ${answer.status}`)
    this.answer = answer
  }
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return jsonText(JSON.stringify(value), status, headers)
}

/** JSON that is written already. */
export function jsonText(
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

export function plain(text: string, status: number): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` }
}

/** Sends the browser on with a GET, whatever it came with. */
export function seeOther(location: string): Answer {
  return { status: 303, headers: { location }, body: '' }
}
