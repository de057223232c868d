/** All requests about personal data, each with its state and its clock, and the form to enter one. */

import { dueOn, type PersonRequest, PROOFS, REQUEST_KINDS } from '../../privacy/requests.ts'
import { maySearchBy } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import { Checkbox, ErrorSummary, hasErrors, SelectField, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { dayText, Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { MOST_FOUND } from '../_found.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'
import { Orders } from '../orders/page.tsx'
import { type Found, MOST_NUMBERS, type RequestForm } from './form.ts'

type Shown = {
  readonly requests: readonly PersonRequest[]
  readonly today: Temporal.PlainDate
  readonly form: RequestForm
}

export function requestsPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { frame } = office
  const { words } = frame
  const { requests: text, backoffice } = words
  const { requests, today, form } = shown
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/requests', hasErrors: hasErrors(form.errors) },
    <>
      <ErrorSummary words={words} errors={form.errors} />
      <h1>{text.title}</h1>
      <p>{text.lead}</p>
      {requests.length === 0 ? <p>{text.none}</p> : <List {...{ frame, requests, today }} />}
      <Find {...{ frame, form }} searchable={maySearchBy(staff.roles, 'email')} />
      <Enter {...{ words, form }} />
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

type ListProps = Omit<Shown, 'form'> & { readonly frame: Frame }

function List({ frame, requests, today }: ListProps) {
  const { requests: text } = frame.words
  const heads = [text.kind, text.channel, text.received, text.due, text.found, text.state]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-frame" aria-label={text.list} tabIndex={0}>
      <table class="table table-stacked">
        <Heads heads={heads} />
        <tbody>
          {requests.map((request) => (
            <Row key={request.id} {...{ frame, request, today }} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

type RowProps = Pick<ListProps, 'frame' | 'today'> & { readonly request: PersonRequest }

function Row({ frame, request, today }: RowProps) {
  const { words } = frame
  const { requests: text } = words
  const { id, kind, channel, found, done } = request
  return (
    <tr>
      <th scope="row">
        <a href={`/admin/requests/${id}`}>{text.kinds[kind]}</a>
      </th>
      <td data-label={text.channel}>{text.channels[channel]}</td>
      <td data-label={text.received}>
        <Received frame={frame} request={request} />
      </td>
      <td data-label={text.due}>
        <Clock {...{ frame, request, today }} />
      </td>
      <td data-label={text.found}>{found}</td>
      <td data-label={text.state}>{done ?? <span class="badge">{text.open}</span>}</td>
    </tr>
  )
}

/** Of a letter or a call only the day is known. */
export function Received({ frame, request }: Pick<RowProps, 'frame' | 'request'>) {
  const { channel, receivedAt } = request
  const isDay = channel === 'letter' || channel === 'phone'
  if (!isDay) return <Moment frame={frame} at={receivedAt} />
  return <>{dayText(frame, receivedAt.toString().slice(0, 10))}</>
}

type ClockProps = Pick<RowProps, 'frame' | 'request' | 'today'>

/** The last day, and how far away it is while the request is open. */
export function Clock({ frame, request, today }: ClockProps) {
  const { requests: text } = frame.words
  const due = dueOn(request)
  const day = dayText(frame, due.toString())
  if (request.done !== null) return <>{day}</>
  const { days } = today.until(due)
  return (
    <>
      {day}{' '}
      <span class={days < 0 ? 'badge badge-wrong' : 'badge'}>
        {days < 0 ? text.overdue(days) : text.daysLeft(days)}
      </span>
    </>
  )
}

type EnterProps = { readonly words: Words; readonly form: RequestForm }

/** `searchable`: whether this member of staff may look somebody up. */
type FindProps = Omit<EnterProps, 'words'> & {
  readonly frame: Frame
  readonly searchable: boolean
}

/** For who wrote without the numbers of their orders. What is typed is sent as a form, and in no address. */
function Find({ frame, form, searchable }: FindProps) {
  const { words } = frame
  const { requests: text } = words
  const { typed, errors, found } = form
  if (!searchable) return <p class="hint">{text.findNotAllowed}</p>
  return (
    <section class="card" aria-labelledby="find">
      <h2 id="find">{text.find}</h2>
      <form action="/admin/requests/orders" method="post" novalidate>
        <TextField
          {...{ words, errors, name: 'who', label: text.who, hint: text.whoHint }}
          value={typed.who}
          autocomplete="off"
          maxLength={254}
        />
        <p>
          <button class="button-quiet" type="submit">
            {text.findButton}
          </button>
        </p>
      </form>
      {found !== undefined && <Listed {...{ frame, typed, found }} />}
    </section>
  )
}

type ListedProps = Pick<RequestForm, 'typed'> & {
  readonly frame: Frame
  readonly found: Found
}

/** So many at a time, from the one on after which the last page ended. */
const ORDERS_A_PAGE = 50

function Listed({ frame, typed, found: { orders } }: ListedProps) {
  const { requests: text, backoffice } = frame.words
  const from = orders.findIndex(({ id }) => id === typed.before) + 1
  const listed = orders.slice(from, from + ORDERS_A_PAGE)
  const last = from + listed.length
  return (
    <>
      <Orders frame={frame} orders={listed} none={backoffice.orders.foundNone} />
      {listed.length < orders.length && <p>{text.listed(from + 1, last, orders.length)}</p>}
      {orders.length === MOST_FOUND && <p>{text.mostFound(MOST_FOUND)}</p>}
      {last < orders.length && (
        // A form, since what is looked for must be in no address.
        <form action="/admin/requests/orders" method="post">
          <input type="hidden" name="who" value={typed.who} />
          <input type="hidden" name="before" value={listed.at(-1)?.id} />
          <p>
            <button class="button-quiet" type="submit">
              {backoffice.orders.older}
            </button>
          </p>
        </form>
      )}
    </>
  )
}

/** All that is held of one address. Whether an account is among it is not known here. */
function AllOfAddress({ words, form: { typed, errors, found } }: EnterProps) {
  const { requests: text } = words
  if (found?.by !== 'email') return null
  return (
    <>
      <input type="hidden" name="who" value={typed.who} />
      <Checkbox
        {...{
          words,
          errors,
          name: 'all',
          label: text.all(found.orders.length),
          hint: text.allHint,
        }}
        checked={typed.all === 'yes'}
      />
    </>
  )
}

function Enter({ words, form }: EnterProps) {
  const { requests: text } = words
  const { typed, errors } = form
  const choose = { value: '', label: text.choose }
  const kinds = REQUEST_KINDS.map((kind) => ({ value: kind, label: text.kinds[kind] }))
  const channels = (['letter', 'phone'] as const).map((channel) => ({
    value: channel,
    label: text.channels[channel],
  }))
  const proofs = PROOFS.map((proof) => ({ value: proof, label: proof }))
  const shared = { words, errors }
  return (
    <section class="card" aria-labelledby="enter">
      <h2 id="enter">{text.enter}</h2>
      <form action="/admin/requests" method="post" novalidate>
        <SelectField
          {...{ ...shared, name: 'kind', label: text.kind, value: typed.kind }}
          options={[choose, ...kinds]}
        />
        <SelectField
          {...{ ...shared, name: 'channel', label: text.channel, value: typed.channel }}
          options={[choose, ...channels]}
        />
        <SelectField
          {...{ ...shared, name: 'proof', label: text.proof, value: typed.proof }}
          hint={text.proofHint}
          options={[choose, ...proofs]}
        />
        <TextField
          {...{ ...shared, name: 'received', label: text.receivedOn, value: typed.received }}
          type="date"
          width="medium"
        />
        <AllOfAddress {...{ words, form }} />
        <TextField
          {...{ ...shared, name: 'orders', label: text.orders, value: typed.orders }}
          hint={text.ordersHint(MOST_NUMBERS)}
          autocomplete="off"
          maxLength={800}
        />
        <p>
          <button class="button" type="submit">
            {text.button}
          </button>
        </p>
      </form>
    </section>
  )
}
