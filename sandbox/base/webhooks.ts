/**
 * Webhooks: what third parties tell the store, signed anew at each attempt, and tried again until
 * it says yes.
 *
 * Tests change how they arrive: `hold` keeps them back until they are released (late, or out of
 * order), `duplicate` sends each of them twice at once.
 *
 * Invariant: an event that the store has not taken is kept, also over a restart, for as long as
 * tries are left.
 */

import http from 'node:http'
import https from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { Clock } from './clock.ts'
import type { Journal, Party } from './journal.ts'
import type { Collection } from './state.ts'

/** How a service signs: the headers that go with a body at a time. */
export type Signer = (body: string, atSeconds: number) => Readonly<Record<string, string>>

export type Event = {
  readonly id: string
  readonly service: Party
  readonly body: string
  readonly tries: number
}

export const WEBHOOK_MODES = ['normal', 'hold', 'duplicate'] as const
export type WebhookMode = (typeof WEBHOOK_MODES)[number]

export interface Webhooks {
  /**
   * Sends an event. Resolves with the status of the first attempt; 0 when there was no answer, or
   * it is held.
   */
  send(id: string, service: Party, body: string): Promise<number>
  setMode(mode: WebhookMode): void
  /** Sends what is held, one after the other, and gives the store's answers. */
  release(reverse: boolean): Promise<readonly number[]>
  /** Where the store is; its paths are `/webhooks/stripe` and `/webhooks/easypost`. */
  setStore(url: string): void
  /** Takes up the events that an earlier run could not deliver. */
  resume(): void
  close(): void
}

export type WebhookOptions = {
  readonly storeUrl: string
  readonly signers: Readonly<Partial<Record<Party, Signer>>>
  readonly events: Collection<Event>
  readonly journal: Journal
  readonly clock: Clock
  /** The pause before the second try; each later one is twice as long. */
  readonly firstPauseMilliseconds: number
}

const TRIES = 15
const LONGEST_PAUSE_MILLISECONDS = 600_000
/** As long as the processor waits. */
const PATIENCE_MILLISECONDS = 10_000
const PATHS: ReadonlyMap<Party, string> = new Map([
  ['processor', '/webhooks/stripe'],
  ['carrier', '/webhooks/easypost'],
])

export function newWebhooks(options: WebhookOptions): Webhooks {
  const { events } = options
  const post = poster(options)
  const timers = new Set<NodeJS.Timeout>()
  let mode: WebhookMode = 'normal'
  let held: string[] = []
  let closed = false

  const attempt = async (event: Event): Promise<number> => {
    const status = await post.send(event)
    if (status >= 200 && status < 300) events.delete(event.id)
    else again({ ...event, tries: event.tries + 1 })
    return status
  }
  const again = (event: Event) => {
    if (closed) return
    if (event.tries >= TRIES) return events.delete(event.id)
    events.put(event.id, event)
    const pause = options.firstPauseMilliseconds * 2 ** (event.tries - 1)
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        if (events.get(event.id) !== undefined) attempt(event)
      },
      Math.min(pause, LONGEST_PAUSE_MILLISECONDS),
    )
    timers.add(timer.unref())
  }

  return {
    async send(id, service, body) {
      const event: Event = { id, service, body, tries: 0 }
      events.put(id, event)
      if (mode === 'hold') {
        held.push(id)
        return 0
      }
      if (mode === 'duplicate') post.send(event)
      return attempt(event)
    },
    setMode: (next) => {
      mode = next
    },
    async release(reverse) {
      const ids = reverse ? held.toReversed() : held
      held = []
      const statuses: number[] = []
      for (const id of ids) {
        const event = events.get(id)
        if (event !== undefined) statuses.push(await attempt(event))
      }
      return statuses
    },
    setStore: post.setStore,
    resume() {
      for (const event of [...events.values()]) again({ ...event, tries: 1 })
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      post.close()
    },
  }
}

type Poster = {
  /** The status of the store's answer, 0 for none. Never rejects. */
  readonly send: (event: Event) => Promise<number>
  readonly setStore: (url: string) => void
  readonly close: () => void
}

type Agents = { readonly plain: http.Agent; readonly secure: https.Agent }

/** Where a service's webhooks go; worked out once a store, not once a webhook. */
type Target = http.RequestOptions & { readonly path: string }

function poster({ storeUrl, signers, journal, clock }: WebhookOptions): Poster {
  const agents: Agents = {
    plain: new http.Agent({ keepAlive: true }),
    secure: new https.Agent({ keepAlive: true }),
  }
  let targets = targetsAt(storeUrl, agents)
  const send = (event: Event): Promise<number> =>
    new Promise((resolve) => {
      const target = targets.get(event.service)
      if (target === undefined) return resolve(0)
      const request = http.request(
        {
          ...target,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(event.body),
            'user-agent': 'Sandbox/1.0',
            ...signers[event.service]?.(event.body, Math.floor(clock() / 1000)),
          },
        },
        (response) => {
          let body = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            if (body.length < 4096) body += chunk
          })
          response.on('end', () => {
            const { headers } = response
            const { path } = target
            journal.write({ service: event.service, method: 'ANSWER', path, headers, body })
            resolve(response.statusCode ?? 0)
          })
          response.on('error', () => resolve(0))
        },
      )
      request.on('timeout', () => request.destroy())
      request.on('error', () => resolve(0))
      request.end(event.body)
    })
  return {
    send,
    setStore: (url) => {
      targets = targetsAt(url, agents)
    },
    close() {
      agents.plain.destroy()
      agents.secure.destroy()
    },
  }
}

/** None where the store's address is no URL. */
function targetsAt(storeUrl: string, agents: Agents): ReadonlyMap<Party, Target> {
  const targets = new Map<Party, Target>()
  for (const [service, path] of PATHS) {
    const url = URL.parse(`${storeUrl.replace(/\/+$/, '')}${path}`)
    if (url !== null) targets.set(service, targetAt(url, agents))
  }
  return targets
}

function targetAt(url: URL, { plain, secure }: Agents): Target {
  const { protocol, hostname, port, auth } = urlToHttpOptions(url)
  return {
    ...{ protocol, hostname, port, auth, path: url.pathname },
    ...{ method: 'POST', timeout: PATIENCE_MILLISECONDS },
    agent: url.protocol === 'https:' ? secure : plain,
  }
}
