/**
 * A person's data as a document to print or keep: what the page shows, in its order and words (C3.1, C3.2).
 *
 * Invariant: it holds every value that its page shows, and everyone who was given one.
 */

import { capitalised } from '../../base/capitalised.ts'
import type { OrderSummary } from '../../orders/order.ts'
import { policy } from '../../privacy/policy.ts'
import type { Block, Written } from '../../web/document.ts'
import type { Frame } from '../../web/frame.ts'
import { dayText, momentText } from '../../web/moment.tsx'
import { byRule, type Explained, type PersonData } from './held.ts'
import { valueText } from './value.tsx'

export function dataPaper(frame: Frame, data: PersonData): Written {
  const { page: words, told, notHeld, times } = frame.words.data
  const isLook = (one: PersonData['told'][number]) => one.recipient.startsWith('staff: ')
  const outside = data.told.filter((one) => !isLook(one))
  const looks = data.told.filter(isLook)
  const blocks: readonly Block[] = [
    { kind: 'title', text: words.title },
    { kind: 'text', text: words.made(momentText(frame, data.at), policy.revision) },
    { kind: 'text', text: data.fields.length === 0 ? words.nothing : words.lead },
    ...(data.pages > 1
      ? [{ kind: 'text', text: words.pageOf(data.page, data.pages) } as const]
      : []),
    ...data.accounts.flatMap((account): readonly Block[] => [
      { kind: 'heading', text: words.account },
      ...fieldBlocks({ frame }, data.bySubject.get(account) ?? []),
    ]),
    ...data.orders.flatMap((order): readonly Block[] => [
      { kind: 'heading', text: words.order(order.number) },
      ...fieldBlocks({ frame, order }, data.bySubject.get(order.id) ?? []),
    ]),
    { kind: 'heading', text: told.title },
    ...toldBlocks(frame, data, outside, told.none),
    { kind: 'heading', text: told.looks },
    ...toldBlocks(frame, data, looks, told.looksNone),
    { kind: 'heading', text: notHeld.title },
    ...notHeld.list(data.accounts.length > 0).map((text) => ({ kind: 'text', text }) as const),
    { kind: 'text', text: `${times} ${words.letters}` },
  ]
  return { title: words.title, language: frame.shop.language, blocks }
}

type About = { readonly frame: Frame; readonly order?: OrderSummary }

/** What began together stands together, with its beginning once. */
function fieldBlocks(about: About, fields: readonly Explained[]): readonly Block[] {
  const { frame } = about
  const { page: words, nameOf, inWords } = frame.words.data
  return byRule(fields).flatMap(
    ({ holds, clause, ground, until, fields: group }): readonly Block[] => {
      const end = words.ends(inWords(ground), until && dayText(frame, until))
      const began = Map.groupBy(group, ({ since }) => momentText(frame, since))
      return [
        { kind: 'subheading', text: `${capitalised(inWords(holds))} (${clause})` },
        { kind: 'text', text: end },
        ...[...began].flatMap(([since, together]): readonly Block[] => [
          { kind: 'text', text: `${words.since} ${since}` },
          {
            kind: 'facts',
            facts: together.map((field) => {
              return [nameOf(field.name) ?? field.name, onOneLine(about, field)] as const
            }),
          },
        ]),
      ]
    },
  )
}

/** What somebody wrote keeps its lines; those of an address would look like facts of their own. */
function onOneLine(about: About, field: Explained): string {
  const text = valueText({ ...about, field })
  return typeof field.value === 'string' ? text : text.replaceAll('\n', ', ')
}

function toldBlocks(
  frame: Frame,
  { orders }: PersonData,
  told: PersonData['told'],
  none: string,
): readonly Block[] {
  const { fields, channels, outcomes, seen } = frame.words.checkout.order
  const { page: words } = frame.words.data
  if (told.length === 0) return [{ kind: 'text', text: none }]
  return told.map((one) => {
    const isLook = one.recipient.startsWith('staff: ')
    const number = orders.find(({ id }) => id === one.subject)?.number
    const about = number === undefined ? words.account : words.order(number)
    const how = `${outcomes[one.outcome ?? 'open']}, ${channels[one.channel] ?? one.channel}`
    const what = one.fields.map((name) => fields[name] ?? name).join(', ')
    const because = `${one.purpose}: ${one.because} (${one.clause})`
    const when = momentText(frame, one.grantedAt)
    const name = isLook ? one.recipient : `${one.recipient}: ${one.company}`
    const text = [because, what, about, when, isLook ? seen : how].join('; ')
    return { kind: 'facts', facts: [[name, text]] }
  })
}
