/**
 * All that is held about a person, on one page: every value, everyone who was given one, and what is not held.
 */

import type { ComponentChildren } from 'preact'
import type { OrderSummary } from '../../orders/order.ts'
import { policy } from '../../privacy/policy.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { dayText, Moment } from '../moment.tsx'
import { Acts, Waiting } from './acts.tsx'
import { GivenUnder } from './given-under.tsx'
import type { Explained, PersonData } from './held.ts'
import { Told } from './told.tsx'
import { Value } from './value.tsx'

type Props = { readonly frame: Frame; readonly token: string; readonly data: PersonData }

export function dataPage(frame: Frame, token: string, data: PersonData): string {
  const { page: words, times } = frame.words.data
  const isNothing = data.fields.length === 0
  return page(
    frame,
    { title: words.title, unlisted: true },
    <>
      <h1>{words.title}</h1>
      {isNothing ? (
        <>
          <p class="notice">{words.nothing}</p>
          <p>{words.nothingHint}</p>
        </>
      ) : (
        <Held frame={frame} token={token} data={data} />
      )}
      <NotHeld frame={frame} />
      <p class="quiet small">{times}</p>
    </>,
  )
}

function Held({ frame, token, data }: Props) {
  const { page: words, told } = frame.words.data
  const isLook = (one: PersonData['told'][number]) => one.recipient.startsWith('staff: ')
  const outside = data.told.filter((one) => !isLook(one))
  const looks = data.told.filter(isLook)
  const table = { frame, orders: data.orders }
  return (
    <>
      <p>{words.lead}</p>
      <p class="notice">
        {words.closes} <Moment frame={frame} at={data.endsAt} />.
      </p>
      <Waiting frame={frame} waiting={data.waiting} />
      <div class="actions">
        <a class="button" href={`/privacy/data/${token}.json`}>
          {words.json}
        </a>
        <a class="button" href={`/privacy/data/${token}.csv`}>
          {words.csv}
        </a>
        <a class="button" href={`/privacy/data/${token}.pdf?page=${data.page}`}>
          {words.pdf}
        </a>
        <a href={`/privacy/data/${token}/erasure`}>{words.erase}</a>
      </div>
      {data.orders.map((order) => (
        <Order key={order.id} {...{ frame, order }} fields={data.byOrder.get(order.id) ?? []}>
          <Acts {...{ frame, token, data, order }} />
        </Order>
      ))}
      <Pages {...{ frame, token, data }} />
      <Told {...table} id="told" title={told.title} none={told.none} told={outside} />
      <Told {...table} id="looks" title={told.looks} none={told.looksNone} told={looks} />
    </>
  )
}

/** The other pages, for whoever has ordered more often than one holds. */
function Pages({ frame, token, data: { page: shown, pages } }: Props) {
  const { page: words } = frame.words.data
  if (pages === 1) return null
  const link = (page: number, text: string) => (
    <a href={`/privacy/data/${token}?page=${page}`}>{text}</a>
  )
  return (
    <nav class="actions" aria-label={words.pages}>
      {shown > 1 && link(shown - 1, words.newer)}
      <span>{words.pageOf(shown, pages)}</span>
      {shown < pages && link(shown + 1, words.older)}
    </nav>
  )
}

type OrderProps = {
  readonly frame: Frame
  readonly order: OrderSummary
  readonly fields: readonly Explained[]
}

function Order({ frame, order, fields, children }: OrderProps & { children: ComponentChildren }) {
  const { page: words } = frame.words.data
  const own = Map.groupBy(fields, ({ rule }) => rule)
  const revision = fields.find(({ name }) => name === 'orders.revision')?.value
  const rules = Object.keys(policy.retention)
  const groups = [...own].sort(([one], [other]) => rules.indexOf(one) - rules.indexOf(other))
  return (
    <section aria-labelledby={`order-${order.number}`}>
      <h2 id={`order-${order.number}`}>{words.order(order.number)}</h2>
      <GivenUnder frame={frame} revision={String(revision)} />
      {children}
      {groups.map(([rule, group]) => (
        <Rule key={rule} {...{ frame, order }} fields={group} />
      ))}
    </section>
  )
}

/** What is kept by one rule of the policy: why and until when, once; then each value. */
function Rule({ frame, order, fields }: OrderProps) {
  const { page: words } = frame.words.data
  const [first] = fields
  const until =
    fields
      .map(({ until }) => until ?? '')
      .sort()
      .at(-1) ?? ''
  const [personal, rest] = [true, false].map((is) =>
    fields.filter(({ name }) => is !== isColumn(name)),
  )
  return (
    <>
      <h3>{capitalised(first?.holds ?? '')}</h3>
      <p>
        {words.until}: {first?.ground},{' '}
        {until === '' ? words.noLimit : words.atMost(dayText(frame, until))} (
        <a href={`/privacy#${first?.clause}`}>{first?.clause}</a>)
      </p>
      {personal !== undefined && personal.length > 0 && (
        <Fields {...{ frame, order }} fields={personal} />
      )}
      {rest !== undefined && rest.length > 0 && (
        <details>
          <summary>{words.rest(rest.length)}</summary>
          <Fields {...{ frame, order }} fields={rest} />
        </details>
      )}
    </>
  )
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** A column of a table, or a look-up value: nothing that its owner typed. */
function isColumn(name: string): boolean {
  return name.includes('.')
}

function Fields({ frame, order, fields }: OrderProps) {
  const { page: words, nameOf } = frame.words.data
  return (
    <div class="table-frame">
      <table class="table table-stacked">
        <thead>
          <tr>
            {[words.what, words.value, words.since].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field, index) => (
            // Nothing else tells two events of one order apart.
            <tr key={`${field.name} ${index}`}>
              <th scope="row">{nameOf(field.name) ?? field.name}</th>
              <td data-label={words.value}>
                <Value {...{ frame, order, field }} />
              </td>
              <td data-label={words.since}>
                <Moment frame={frame} at={field.since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NotHeld({ frame }: { readonly frame: Frame }) {
  const { notHeld } = frame.words.data
  return (
    <section aria-labelledby="not-held">
      <h2 id="not-held">{notHeld.title}</h2>
      <ul>
        {notHeld.list.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  )
}
