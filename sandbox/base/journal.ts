/**
 * The journal: everything that the sandbox was sent, word for word, one list a service.
 *
 * It shows a merchant what each third party was really told, and tests that it was told nothing
 * else.
 *
 * Invariant: an entry is written before its request is looked at, and is never changed.
 */

import type { IncomingHttpHeaders } from 'node:http'
import { type Clock, stampOf } from './clock.ts'

export const SERVICES = ['processor', 'carrier', 'mail'] as const
export type Party = (typeof SERVICES)[number]

export type Entry = {
  readonly at: string
  readonly service: Party
  /** An HTTP method; `MAIL` for a message; `ANSWER` for what the store answered to a webhook. */
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Journal {
  write(entry: Omit<Entry, 'at'>): void
  /** Newest last. */
  read(service: Party, last?: number): readonly Entry[]
  clear(): void
}

/** Its time is spelt when somebody reads it: most are never read. */
type Kept = { readonly atMilliseconds: number; readonly entry: Omit<Entry, 'at'> }

const LIMIT = 20_000

export function newJournal(clock: Clock): Journal {
  const lists = new Map<Party, Kept[]>()
  return {
    write(entry) {
      const list = lists.get(entry.service) ?? []
      lists.set(entry.service, list)
      list.push({ atMilliseconds: clock(), entry })
      // Cut in one go at twice the limit: shifting at each write would move the whole list.
      if (list.length >= LIMIT * 2) list.splice(0, list.length - LIMIT)
    },
    read: (service, last = LIMIT) =>
      (lists.get(service) ?? [])
        .slice(-Math.min(last, LIMIT))
        .map(({ atMilliseconds, entry }) => ({ at: stampOf(atMilliseconds), ...entry })),
    clear: () => lists.clear(),
  }
}

export function serviceNamed(name: string | null): Party | undefined {
  return SERVICES.find((service) => service === name)
}
