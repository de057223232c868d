/** Retention: whether the clock is trusted, what is over, what ends in the months to come, and what has ended. */

import type { HeldBack } from '../../privacy/held-back.ts'
import { contactMonthsKept, type Due, type Forecast } from '../../privacy/retention.ts'
import type { Run } from '../../privacy/retention-run.ts'
import type { ClockHold } from '../../privacy/steady-time.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Notice } from '../../web/notice.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'
import { Chart } from './_chart.tsx'

type Shown = {
  readonly due: Due
  /** Of all orders. */
  readonly waiting: HeldBack
  readonly months: readonly Forecast[]
  readonly runs: readonly Run[]
  readonly hold: ClockHold | undefined
  readonly mayTrust: boolean
  readonly trusted: boolean
  readonly now: Temporal.Instant
}

export function retentionPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { frame } = office
  const { words } = frame
  const { retention: text, backoffice } = words
  const { hold, months, runs, trusted } = shown
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/retention' },
    <>
      <h1>{text.title}</h1>
      <Notice done={trusted && hold === undefined ? text.trusted : undefined} />
      {hold !== undefined && <Held {...{ frame, ...shown, hold }} />}
      <p>{text.lead(contactMonthsKept(office.contactMonths))}</p>
      <DueNow {...{ words, ...shown }} />
      <section aria-labelledby="forecast">
        <h2 id="forecast">{text.forecast}</h2>
        {months.some(({ contacts, records }) => contacts + records > 0) ? (
          <>
            <p class="quiet">{text.forecastHint}</p>
            <div class="columns">
              <Chart {...{ words, months }} />
              <Months {...{ words, months }} />
            </div>
          </>
        ) : (
          <p>{text.forecastNone(months.length, contactMonthsKept(office.contactMonths))}</p>
        )}
      </section>
      <section aria-labelledby="runs">
        <h2 id="runs">{text.runs}</h2>
        <p class="quiet">{text.runsHint}</p>
        {runs.length === 0 ? <p>{text.noRuns}</p> : <Runs {...{ frame, runs }} />}
      </section>
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

type WithWords = { readonly words: Words }
type WithFrame = { readonly frame: Frame }
type HeldProps = WithFrame & Pick<Shown, 'mayTrust' | 'now'> & { readonly hold: ClockHold }

function Held({ frame, hold, mayTrust, now }: HeldProps) {
  const { retention: text } = frame.words
  return (
    <section class="error-summary" aria-labelledby="held">
      <h2 id="held">{text.held}</h2>
      <p>
        {text.since} <Moment frame={frame} at={hold.at} />: {hold.because}.
      </p>
      <p>{text.heldWhat}</p>
      <p>
        {text.now}{' '}
        <strong>
          <Moment frame={frame} at={now} />
        </strong>
        .
      </p>
      {mayTrust ? (
        <form action="/admin/retention/clock" method="post">
          <button class="button" type="submit">
            {text.trust}
          </button>
        </form>
      ) : (
        <p>{text.trustOwner}</p>
      )}
    </section>
  )
}

function DueNow({ words, due, waiting }: WithWords & Pick<Shown, 'due' | 'waiting'>) {
  const { retention: text } = words
  const rows = [
    [text.dueContacts, due.contacts],
    [text.dueRestricted, due.restricted],
    [text.dueHeld, due.legallyHeld],
    [text.dueMonths, due.months.join(', ') || text.none],
    [text.restrictions, waiting.restricted],
    [text.holds, waiting.legallyHeld],
  ] as const
  return (
    <section class="card" aria-labelledby="due">
      <h2 id="due">{text.due}</h2>
      <dl class="prices">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet small">{text.dueHint}</p>
    </section>
  )
}

function Months({ words, months }: WithWords & Pick<Shown, 'months'>) {
  const { retention: text } = words
  return (
    <table class="table" aria-labelledby="forecast">
      <thead>
        <tr>
          <th scope="col">{text.month}</th>
          <th scope="col" class="number">
            {text.contacts}
          </th>
          <th scope="col" class="number">
            {text.records}
          </th>
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, contacts, records }) => (
          <tr key={month}>
            <th scope="row">{month}</th>
            <td class="number">{contacts}</td>
            <td class="number">{records}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Runs({ frame, runs }: WithFrame & Pick<Shown, 'runs'>) {
  const { retention: text } = frame.words
  const heads = [text.began, text.by, text.contacts, text.books, text.state]
  return (
    <table class="table table-stacked" aria-labelledby="runs">
      <Heads heads={heads} />
      <tbody>
        {runs.map(({ id, by, beganAt, contacts, months, finishedAt }) => (
          <tr key={id}>
            <th scope="row">
              <Moment frame={frame} at={beganAt} />
            </th>
            <td data-label={text.by}>{text.bys[by]}</td>
            <td data-label={text.contacts}>{contacts}</td>
            <td data-label={text.books}>{months.join(', ') || text.none}</td>
            <td data-label={text.state}>
              {finishedAt === null ? <span class="badge">{text.unfinished}</span> : text.finished}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
