/**
 * All that is held about a person, on one page: every value, everyone who was given one, and what is not held.
 */

import type { ComponentChildren } from 'preact'
import { capitalised } from '../../base/capitalised.ts'
import type { OrderSummary } from '../../orders/order.ts'
import type { Frame } from '../../web/frame.ts'
import { dayText, Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'
import { Acts, Waiting } from './acts.tsx'
import { GivenUnder } from './given-under.tsx'
import { byRule, type Explained, type PersonData, type Ruled } from './held.ts'
import { ownPage } from './layout.tsx'
import type { Owner } from './owner.ts'
import { Told } from './told.tsx'
import { Value } from './value.tsx'

type Props = { readonly frame: Frame; readonly place: string; readonly data: PersonData }

export function dataPage(frame: Frame, owner: Owner, data: PersonData): string {
  const { page: words, times } = frame.words.data
  const isNothing = data.fields.length === 0
  return ownPage(
    frame,
    owner,
    { title: words.title },
    <>
      <h1>{words.title}</h1>
      {isNothing ? (
        <>
          <p class="notice">{words.nothing}</p>
          <p>{words.nothingHint}</p>
        </>
      ) : (
        <Held frame={frame} place={owner.place} data={data} />
      )}
      {!isNothing && <NotHeld frame={frame} data={data} />}
      <p class="quiet small">{times}</p>
    </>,
  )
}

function Held({ frame, place, data }: Props) {
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
        <a class="button" href={`${place}.json`}>
          {words.json}
        </a>
        <a class="button" href={`${place}.csv`}>
          {words.csv}
        </a>
        <a class="button" href={`${place}.pdf?page=${data.page}`}>
          {words.pdf}
        </a>
        <a href={`${place}/erasure`}>{words.erase}</a>
      </div>
      {data.accounts.map((account) => (
        <section key={account} aria-labelledby="account">
          <h2 id="account">{words.account}</h2>
          <p>{words.accountHint}</p>
          <Rules frame={frame} fields={data.bySubject.get(account) ?? []} />
        </section>
      ))}
      {data.orders.map((order) => (
        <Order key={order.id} {...{ frame, order }} fields={data.bySubject.get(order.id) ?? []}>
          <Acts {...{ frame, place, data, order }} />
        </Order>
      ))}
      <Pages {...{ frame, place, data }} />
      <Told {...table} id="told" title={told.title} none={told.none} told={outside} />
      <Told {...table} id="looks" title={told.looks} none={told.looksNone} told={looks} />
    </>
  )
}

/** The other pages, for whoever has ordered more often than one holds. */
function Pages({ frame, place, data: { page: shown, pages } }: Props) {
  const { page: words } = frame.words.data
  if (pages === 1) return null
  const link = (page: number, text: string) => <a href={`${place}?page=${page}`}>{text}</a>
  return (
    <nav class="actions" aria-label={words.pages}>
      {shown > 1 && link(shown - 1, words.newer)}
      <span>{words.pageOf(shown, pages)}</span>
      {shown < pages && link(shown + 1, words.older)}
    </nav>
  )
}

type FieldsProps = {
  readonly frame: Frame
  /** The order that they are about; none of an account. */
  readonly order?: OrderSummary
  readonly fields: readonly Explained[]
}

type OrderProps = FieldsProps & {
  readonly order: OrderSummary
  readonly children: ComponentChildren
}

function Order({ frame, order, fields, children }: OrderProps) {
  const { page: words } = frame.words.data
  const revision = fields.find(({ name }) => name === 'orders.revision')?.value
  return (
    <section aria-labelledby={`order-${order.number}`}>
      <h2 id={`order-${order.number}`}>{words.order(order.number)}</h2>
      <GivenUnder frame={frame} revision={String(revision)} />
      {children}
      <Rules {...{ frame, order, fields }} />
    </section>
  )
}

function Rules({ fields, ...shared }: FieldsProps) {
  return byRule(fields).map((ruled) => <Rule key={ruled.rule} {...shared} ruled={ruled} />)
}

type RuleProps = Omit<FieldsProps, 'fields'> & { readonly ruled: Ruled }

/** What is kept by one rule of the policy: why and until when, once; then each value. */
function Rule({ ruled, ...shared }: RuleProps) {
  const { frame } = shared
  const { page: words, inWords } = frame.words.data
  const { fields, holds, ground, clause, until } = ruled
  const [personal, rest] = [true, false].map((is) =>
    fields.filter(({ name }) => is !== isColumn(name)),
  )
  return (
    <>
      <h3>{capitalised(inWords(holds))}</h3>
      <p>
        {words.ends(inWords(ground), until && dayText(frame, until))} (
        <a href={`/privacy#${clause}`}>{clause}</a>)
      </p>
      {personal !== undefined && personal.length > 0 && <Fields {...shared} fields={personal} />}
      {rest !== undefined && rest.length > 0 && (
        <details>
          <summary>{words.rest(rest.length)}</summary>
          <Fields {...shared} fields={rest} />
        </details>
      )}
    </>
  )
}

/** A column of a table, or a look-up value: nothing that its owner typed. */
function isColumn(name: string): boolean {
  return name.includes('.')
}

function Fields({ fields, ...shared }: FieldsProps) {
  const { frame } = shared
  const { page: words, nameOf } = frame.words.data
  return (
    <div class="table-frame">
      <table class="table table-stacked">
        <Heads heads={[words.what, words.value, words.since]} />
        <tbody>
          {fields.map((field, index) => (
            // Nothing else tells two events of one order apart.
            <tr key={`${field.name} ${index}`}>
              <th scope="row" class="capital">
                {nameOf(field.name) ?? field.name}
              </th>
              <td data-label={words.value}>
                <Value {...shared} field={field} />
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

function NotHeld({ frame, data }: Pick<Props, 'frame' | 'data'>) {
  const { notHeld } = frame.words.data
  return (
    <section aria-labelledby="not-held">
      <h2 id="not-held">{notHeld.title}</h2>
      <ul>
        {notHeld.list(data.accounts.length > 0).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  )
}
