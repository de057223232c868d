/**
 * Outages: how a third party fails when a test or a demonstration wants it to.
 */

import { type Party, SERVICES } from './journal.ts'

export const OUTAGES = ['none', 'refuse', 'hang', '500', 'lost'] as const
/**
 * `refuse` cuts the connection, `hang` never answers, `500` answers with an error of the service's
 * own kind; `lost` does what it is asked to do, and cuts the connection in place of the answer.
 * Questions are answered then.
 */
export type OutageMode = (typeof OUTAGES)[number]

export interface Outages {
  modeOf(service: Party): OutageMode
  set(service: Party, mode: OutageMode): void
  /** Keeps a connection that hangs, to be cut when the outage ends. */
  hang(service: Party, cut: () => void): void
  /** Cuts everything that hangs. */
  close(): void
}

export function newOutages(): Outages {
  const modes = new Map<Party, OutageMode>()
  const hanging = new Map<Party, Set<() => void>>()
  const release = (service: Party) => {
    for (const cut of hanging.get(service) ?? []) cut()
    hanging.delete(service)
  }
  return {
    modeOf: (service) => modes.get(service) ?? 'none',
    set(service, mode) {
      modes.set(service, mode)
      if (mode !== 'hang') release(service)
    },
    hang(service, cut) {
      const cuts = hanging.get(service) ?? new Set()
      hanging.set(service, cuts.add(cut))
    },
    close: () => SERVICES.forEach(release),
  }
}
