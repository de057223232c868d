/** What the services that keep a root key have in common: a question, a JSON answer, and how it can go wrong. */

import { type HttpAnswer, send } from '../../base/egress.ts'
import { Fault } from '../../base/failure.ts'

/** @throws {Refusal} C2.1 beyond loopback without TLS. @throws {Fault} `unreachable` when it does not answer. */
export function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<HttpAnswer> {
  const way = {
    origins: [url.origin],
    plainAllowed: false,
    // Keys and their names: nothing about a person is at hand here.
    inspect: () => undefined,
    travelled: () => undefined,
  }
  return send(way, { method: 'POST', url: url.href, headers, body })
}

/** A member of an answer that must be text; undefined when it is not there. */
export function textIn(body: Buffer, ...path: readonly string[]): string | undefined {
  let found: unknown
  try {
    found = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  for (const name of path) found = Object(found)[name]
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The service knows this ciphertext as none of its key and context. */
export function unopened(service: string): Fault {
  return new Fault('storage', `The root key in ${service} does not open this key`)
}

export function unusable(service: string, status: number, remedy: string): Fault {
  return new Fault('unreachable', `Cannot use the root key in ${service}: it answered ${status}`, {
    remedy,
  })
}
