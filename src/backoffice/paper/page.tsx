/** One paper: what it is, where it lies and lay, whose it is once somebody looks, and how it ended. */

import type { Id } from '../../base/ids.ts'
import { LEVELS, METHODS, USUAL_LEVEL } from '../../paper/destruction.ts'
import type { Place } from '../../paper/places.ts'
import type { Move, Paper } from '../../paper/register.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { Member } from '../../staff/staff.ts'
import { ErrorSummary, hasErrors, SelectField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { dayText, Moment } from '../../web/moment.tsx'
import { Notice } from '../../web/notice.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'
import type { PaperForm } from '../papers/form.ts'
import { choices, PlaceField } from '../papers/page.tsx'
import { witnesses } from './form.ts'

type Shown = {
  readonly paper: Paper
  readonly places: readonly Place[]
  readonly moves: readonly Move[]
  readonly members: readonly Member[]
  readonly form: PaperForm
  /** What a look has shown. */
  readonly owner: readonly string[] | undefined
  readonly isNew: boolean
}

export function paperPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { frame } = office
  const { words } = frame
  const { papers: text, backoffice } = words
  const { paper, form, isNew } = shown
  const lives = paper.destruction === null
  return officePage(
    office,
    staff,
    { title: text.one(paper.number), hasErrors: hasErrors(form.errors) },
    <>
      <ErrorSummary words={words} errors={form.errors} />
      <Notice done={isNew ? text.taken(paper.number) : undefined} />
      <h1>{text.one(paper.number)}</h1>
      {lives && paper.dataEndedAt !== null && <p class="error-summary">{text.dataEndedHint}</p>}
      <Facts {...{ frame, ...shown }} />
      <Moves {...{ frame, ...shown }} />
      {staff.roles.includes('service') && lives && <Owner {...{ words, ...shown }} />}
      {lives && <MoveForm {...{ words, ...shown }} />}
      {lives && <DestroyForm {...{ words, staff, ...shown }} />}
      <p>
        <a href="/admin/papers">{text.title}</a>
      </p>
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

/** A member of the staff by sign-in name. */
export function nameOf(text: Words['papers'], members: readonly Member[], by: Id): string {
  return members.find(({ id }) => id === by)?.login ?? text.formerStaff
}

export function dayOf(frame: Frame, at: Temporal.Instant): string {
  return dayText(frame, at.toString().slice(0, 10))
}

type Props = Shown & { readonly words: Words }
type WithFrame = Shown & { readonly frame: Frame }

function Facts({ frame, paper, members }: WithFrame) {
  const { papers: text } = frame.words
  const { kind, placeName, registeredAt, registeredBy, destruction } = paper
  return (
    <dl class="facts">
      <dt>{text.kind}</dt>
      <dd>{kind}</dd>
      <dt>{text.place}</dt>
      <dd>{placeName}</dd>
      <dt>{text.since}</dt>
      <dd>
        <Moment frame={frame} at={registeredAt} />
      </dd>
      <dt>{text.takenInBy}</dt>
      <dd>{nameOf(text, members, registeredBy)}</dd>
      {destruction !== null && (
        <>
          <dt>{text.destroyedAt}</dt>
          <dd>
            {destruction.isTimeLost ? (
              text.timeLost(dayOf(frame, destruction.at))
            ) : (
              <Moment frame={frame} at={destruction.at} />
            )}
            : {destruction.method}, {text.levelName(destruction.level)},{' '}
            {nameOf(text, members, destruction.by)};{' '}
            {text.seenBy(nameOf(text, members, destruction.witness))}
          </dd>
          <dt>{text.certificate}</dt>
          <dd>
            <a href={`/admin/papers/${paper.number}/certificate.pdf`}>{text.certificateFile}</a>
          </dd>
        </>
      )}
    </dl>
  )
}

function Moves({ frame, moves, members }: WithFrame) {
  const { papers: text } = frame.words
  return (
    <section aria-labelledby="moves">
      <h2 id="moves">{text.moves}</h2>
      {moves.length === 0 ? (
        <p>{text.noMoves}</p>
      ) : (
        <table class="table table-stacked" aria-labelledby="moves">
          <Heads heads={[text.moved, text.from, text.to, text.by]} />
          <tbody>
            {moves.map(({ id, from, to, by, at }) => (
              <tr key={id}>
                <th scope="row">
                  <Moment frame={frame} at={at} />
                </th>
                <td data-label={text.from}>{from}</td>
                <td data-label={text.to}>{to}</td>
                <td data-label={text.by}>{nameOf(text, members, by)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Owner({ words, paper, owner }: Props) {
  const { papers: text } = words
  return (
    <section class="card" aria-labelledby="owner">
      <h2 id="owner">{text.owner}</h2>
      {owner === undefined ? (
        <form action={`/admin/papers/${paper.number}/look`} method="post">
          <p class="hint">{text.ownerHint}</p>
          <button class="button-quiet" type="submit">
            {text.look}
          </button>
        </form>
      ) : (
        <p>
          {owner.length === 0
            ? text.nobody
            : owner.map((line) => (
                <span key={line}>
                  {line}
                  <br />
                </span>
              ))}
        </p>
      )}
    </section>
  )
}

function MoveForm({ words, paper, places, form: { errors } }: Props) {
  const { papers: text } = words
  const others = places.filter(({ id, closedAt }) => closedAt === null && id !== paper.place)
  if (others.length === 0) return null
  return (
    <section class="card" aria-labelledby="move">
      <h2 id="move">{text.move}</h2>
      <form action={`/admin/papers/${paper.number}/move`} method="post" novalidate>
        <PlaceField
          {...{ words, errors }}
          name="place"
          label={text.moveTo}
          places={others}
          value=""
        />
        <p class="actions">
          <button class="button-quiet" type="submit">
            {text.moveButton}
          </button>
        </p>
      </form>
    </section>
  )
}

function DestroyForm({ words, staff, paper, members, form }: Props & { readonly staff: SignedIn }) {
  const { papers: text } = words
  const { typed, errors } = form
  const seen = witnesses(staff, members).map(({ id, login }) => ({ value: id, label: login }))
  return (
    <section class="card" aria-labelledby="destroy">
      <h2 id="destroy">{text.destroy}</h2>
      <form action={`/admin/papers/${paper.number}/destruction`} method="post" novalidate>
        <p class="hint">{text.destroyHint}</p>
        <SelectField
          {...{ words, errors }}
          name="method"
          label={text.method}
          value={typed.method ?? ''}
          options={choices(
            words,
            METHODS.map((method) => ({ value: method, label: method })),
          )}
        />
        <SelectField
          {...{ words, errors }}
          name="level"
          label={text.level}
          hint={text.levelHint}
          value={typed.level ?? String(USUAL_LEVEL)}
          options={LEVELS.map((one) => ({ value: String(one), label: text.levelName(one) }))}
        />
        <SelectField
          {...{ words, errors }}
          name="witness"
          label={text.witness}
          hint={text.witnessHint}
          value={typed.witness ?? ''}
          options={choices(words, seen)}
        />
        <p class="actions">
          <button class="button button-final" type="submit">
            {text.destroyButton}
          </button>
        </p>
      </form>
    </section>
  )
}
