/**
 * What an erasure does, before it is done, in two columns: what goes now; what stays, until when, on what ground.
 */

import type { OrderSummary } from '../../orders/order.ts'
import type { Preview } from '../../privacy/erasure.ts'
import { retention } from '../../privacy/policy.ts'
import { Radios } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { dayText } from '../../web/moment.tsx'
import type { Explained, PersonData } from '../own-data/held.ts'
import { ownPage } from '../own-data/layout.tsx'
import type { Owner } from '../own-data/owner.ts'

type Props = { readonly frame: Frame; readonly data: PersonData; readonly preview: Preview }

type Shown = Omit<Props, 'frame'> & {
  readonly owner: Owner
  /** What is chosen at first. */
  readonly what: 'all' | 'account'
}

export function erasurePage(frame: Frame, { owner, what, data, preview }: Shown): string {
  const { erasure: words } = frame.words.data
  const props = { frame, data, preview }
  const hasBoth = data.accounts.length > 0 && data.orders.length > 0
  const { place } = owner
  return ownPage(
    frame,
    owner,
    { title: words.title },
    <>
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <div class="columns columns-even">
        <GoesNow {...props} />
        <Stays {...props} />
      </div>
      <Had frame={frame} had={preview.had} />
      {data.orders.length > 0 && <p class="notice">{words.keep}</p>}
      <form action={`${place}/erasure`} method="post">
        {hasBoth && <What frame={frame} what={what} />}
        <p>
          <strong>{words.cannotUndo}</strong>
        </p>
        <p class="hint">{words.waitHint}</p>
        <div class="actions">
          <button class="button button-final" type="submit" name="when" value="now">
            {words.confirm}
          </button>
          <button class="button-quiet" type="submit" name="when" value="later">
            {words.wait}
          </button>
          <a href={place}>{words.back}</a>
        </div>
      </form>
    </>,
  )
}

function What({ frame, what }: Pick<Shown, 'what'> & Pick<Props, 'frame'>) {
  const { erasure: words } = frame.words.data
  return (
    <Radios
      words={frame.words}
      name="what"
      label={words.what}
      value={what}
      options={[
        { value: 'all', label: words.all, hint: words.allHint },
        { value: 'account', label: words.account, hint: words.accountHint },
      ]}
    />
  )
}

function GoesNow({ frame, data, preview }: Props) {
  const { erasure: words } = frame.words.data
  const going = data.orders.filter(({ id }) => preview.closed.includes(id))
  return (
    <section class="card" aria-labelledby="now">
      <h2 id="now">{words.now}</h2>
      <ul>
        {data.accounts.map((id) => (
          <li key={id}>
            <strong>{words.accountLine}</strong>{' '}
            {namesOf(frame, data.bySubject.get(id) ?? []).join(', ')}
          </li>
        ))}
        {going.map(({ id, number }) => (
          <li key={id}>
            <strong>{words.order(number)}</strong>{' '}
            {namesOf(frame, data.bySubject.get(id) ?? []).join(', ')}
          </li>
        ))}
        <li>{words.lookUp}</li>
        {going.length > 0 && <li>{words.link}</li>}
      </ul>
      {going.length === 0 && data.orders.length > 0 && <p>{words.nothingNow}</p>}
    </section>
  )
}

/** What of an order goes, in words: sealed values by their names, rows by what they are about. */
function namesOf(frame: Frame, fields: readonly Explained[]): readonly string[] {
  const { nameOf } = frame.words.data
  const going = fields.filter(
    ({ rule }) => rule !== 'look-up' && retention[rule].onErasure !== 'stays',
  )
  const sealed = going.filter(({ name }) => !name.includes('.'))
  const names = [...sealed, ...going].map(({ name }) => (nameOf(name) ?? name).split(':', 1)[0])
  return [...new Set(names.map((name) => (name ?? '').toLowerCase()))]
}

function Stays({ frame, data, preview }: Props) {
  const { erasure: words } = frame.words.data
  const open = data.orders.filter(({ id }) => preview.open.includes(id))
  const books = preview.stays.get('accounting-record') ?? null
  const hasPapers = preview.stays.has('paper-register')
  if (books === null && !hasPapers && open.length === 0) {
    return (
      <section class="card" aria-labelledby="stays">
        <h2 id="stays">{words.stays}</h2>
        <p>{words.nothingStays}</p>
      </section>
    )
  }
  return (
    <section class="card" aria-labelledby="stays">
      <h2 id="stays">{words.stays}</h2>
      <ul>
        {books !== null && (
          <li>
            {words.books}, <strong>{words.until(dayText(frame, books))}</strong>, {words.ground}{' '}
            {words.booksGround} <a href="/privacy#C3.2">C3.2</a>
          </li>
        )}
        {hasPapers && (
          <li>
            {words.papers} {words.ground} {words.papersGround} <a href="/privacy#C4.1">C4.1</a>
          </li>
        )}
        {open.map(({ id, number, state }) => (
          <li key={id}>
            <strong>{words.order(number)}</strong>{' '}
            <Waits {...{ frame, data, preview, id, state }} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type WaitsProps = Props & Pick<OrderSummary, 'id' | 'state'>

/** Why an order does not end at once: the legal hold on it, or what is still to happen with it. */
function Waits({ frame, data, preview, id, state }: WaitsProps) {
  const { erasure: words } = frame.words.data
  const { states } = frame.words.checkout.order
  const hold = preview.holds.get(id)
  if (hold === undefined) {
    return (
      <>
        {words.later(states[state])} {words.until(dayText(frame, latestOf(data, id)))}.{' '}
        {data.restricted.has(id) && words.restricted}
      </>
    )
  }
  return (
    <>
      {words.held} <strong>{words.until(dayText(frame, hold.until))}</strong>, {words.ground}{' '}
      {frame.words.rights.grounds[hold.ground]}. {words.heldEnds} <a href="/privacy#C3.2">C3.2</a>
    </>
  )
}

/** The last day of anything that ends with the order. */
function latestOf({ bySubject }: PersonData, order: string): string {
  const days = (bySubject.get(order) ?? [])
    .filter(({ rule }) => retention[rule].onErasure !== 'stays')
    .map(({ until }) => until ?? '')
  return days.sort().at(-1) ?? ''
}

function Had({ frame, had }: { readonly frame: Frame; readonly had: readonly string[] }) {
  const { erasure: words } = frame.words.data
  return (
    <section aria-labelledby="had">
      <h2 id="had">{words.had}</h2>
      {had.length === 0 ? (
        <p>{words.hadNone}</p>
      ) : (
        <>
          <p>{words.hadHint}</p>
          <ul>
            {had.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
