/**
 * What a revision changed, in English: for the page of all revisions and for the command line.
 */

import { lifetimeText, limitText, policyWords } from './en.ts'

type Part = {
  readonly aspect: string
  readonly from: string | null
  readonly to: string | null
}

type Change = { readonly of: string; readonly row: readonly [string, string?] }

const { flows, retention } = policyWords

const ASPECTS: Readonly<Record<string, string>> = {
  channel: 'the way it travels',
  while: 'while it may',
  purpose: 'the purpose',
  clause: 'the clause that it comes from',
  atMost: 'the longest time that it is kept',
  onErasure: 'what happens when deletion is asked for',
  ends: 'when it ends',
  holds: 'what it is',
  key: 'the key that it is sealed under',
  aboutOrders: 'whether it counts as data of orders',
  maxAgeSeconds: 'how long it lasts',
  sameSite: 'whether other sites’ pages can send it',
  serves: 'what it serves',
}

export const changeWords = {
  directions: {
    stricter: 'stricter',
    looser: 'looser',
    mixed: 'stricter in part, looser in part',
    same: 'the same in other words',
  },
  /** Before one part of a change, in a column. */
  parts: { stricter: 'stricter', looser: 'looser', mixed: 'both', same: 'same' },
  nothing: 'Nothing is different.',
  row: ({ of, row: [name, purpose] }: Change) => {
    if (of === 'flow') return `What “${name}” gets for “${purpose}”`
    return of === 'cookie' ? `Cookie ${name}` : `What is kept as “${name}”`
  },
  part: ({ of }: Change, { aspect, from, to }: Part): string => {
    if (aspect === 'row') {
      const isNew = from === null
      if (of === 'flow') return isNew ? 'this may happen now' : 'this may no longer happen'
      return isNew ? 'this is new' : 'this is gone'
    }
    if (aspect === 'field') {
      return from === null
        ? `in addition: ${valueText('field', to)}`
        : `no longer: ${valueText('field', from)}`
    }
    return `${ASPECTS[aspect] ?? aspect}: “${valueText(aspect, to)}” in place of “${valueText(aspect, from)}”`
  },
}

function valueText(aspect: string, value: string | null): string {
  if (aspect === 'field') return flows.fieldNames[value ?? ''] ?? value ?? ''
  if (aspect === 'maxAgeSeconds') return lifetimeText(value === null ? null : Number(value))
  if (aspect === 'atMost') return limitText(value)
  const texts: Readonly<Record<string, string>> =
    aspect === 'onErasure' ? retention.erasures : aspect === 'channel' ? flows.channels : {}
  return texts[value ?? ''] ?? value ?? ''
}
