/** The register of papers: all of them, the form to take one in, and the secure places. */

import { type Place, SECURED_BY } from '../../paper/places.ts'
import { PAPER_KINDS, type Paper } from '../../paper/register.ts'
import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary, hasErrors, SelectField, TextField } from '../../web/form.tsx'
import { Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'
import type { PaperForm } from './form.ts'

type Shown = {
  readonly papers: readonly Paper[]
  readonly places: readonly Place[]
  readonly paper: PaperForm
  readonly place: PaperForm
  readonly problem: string | undefined
}

export function papersPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { words } = office.frame
  const { papers: text, backoffice } = words
  const { papers, places, paper, place, problem } = shown
  const errors = { ...paper.errors, ...place.errors }
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/papers', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      {problem && (
        <p class="error-summary" role="alert">
          {problem}
        </p>
      )}
      <h1>{text.title}</h1>
      <p>{text.lead}</p>
      {papers.length === 0 ? <p>{text.none}</p> : <List frame={office.frame} papers={papers} />}
      <Register {...{ words, places }} form={paper} />
      <Places {...{ words, places }} form={place} />
      <p class="quiet small">{backoffice.frame.times}</p>
    </>,
  )
}

type WithWords = { readonly words: Words }

type ListProps = Pick<BackOffice, 'frame'> & Pick<Shown, 'papers'>

function List({ frame, papers }: ListProps) {
  const { words } = frame
  const { papers: text } = words
  const heads = [text.number, text.kind, text.place, text.since, text.state]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-frame" aria-label={text.list} tabIndex={0}>
      <table class="table table-stacked">
        <Heads heads={heads} />
        <tbody>
          {papers.map((paper) => (
            <tr key={paper.id}>
              <th scope="row">
                <a href={`/admin/papers/${paper.number}`}>{paper.number}</a>
              </th>
              <td data-label={text.kind}>{paper.kind}</td>
              <td data-label={text.place}>{paper.placeName}</td>
              <td data-label={text.since}>
                <Moment frame={frame} at={paper.registeredAt} />
              </td>
              <td data-label={text.state}>
                <State {...{ words, paper }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function State({ words, paper }: WithWords & { readonly paper: Paper }) {
  const { papers: text } = words
  if (paper.destruction !== null) return <>{text.destroyed}</>
  if (paper.dataEndedAt === null) return <>{text.here}</>
  return <span class="badge badge-wrong">{text.dataEnded}</span>
}

type FormProps = WithWords & Pick<Shown, 'places'> & { readonly form: PaperForm }

function Register({ words, places, form: { typed, errors } }: FormProps) {
  const { papers: text } = words
  const open = places.filter(({ closedAt }) => closedAt === null)
  return (
    <section class="card" aria-labelledby="register">
      <h2 id="register">{text.register}</h2>
      {open.length === 0 ? (
        <p>{text.noPlaces}</p>
      ) : (
        <form action="/admin/papers" method="post" autocomplete="off" novalidate>
          <SelectField
            {...{ words, errors }}
            name="kind"
            label={text.kind}
            value={typed.kind ?? ''}
            options={choices(
              words,
              PAPER_KINDS.map((kind) => ({ value: kind, label: kind })),
            )}
          />
          <PlaceField
            {...{ words, errors }}
            name="place"
            label={text.place}
            places={open}
            value={typed.place ?? ''}
          />
          <TextField
            {...{ words, errors }}
            name="order"
            label={text.order}
            hint={text.orderHint}
            value={typed.order ?? ''}
            width="medium"
            maxLength={20}
          />
          {(['firstName', 'lastName'] as const).map((name) => (
            <TextField
              key={name}
              {...{ words, errors, name }}
              label={text[name]}
              value={typed[name] ?? ''}
              width="medium"
              maxLength={80}
            />
          ))}
          <p class="actions">
            <button class="button" type="submit">
              {text.registerButton}
            </button>
          </p>
        </form>
      )}
    </section>
  )
}

type PlaceFieldProps = WithWords &
  Pick<Shown, 'places'> & {
    readonly errors: PaperForm['errors']
    readonly name: string
    readonly label: string
    readonly value: string
  }

export function PlaceField({ places, ...props }: PlaceFieldProps) {
  const options = places.map(({ id, name, securedBy }) => {
    return { value: id, label: `${name} (${securedBy})` }
  })
  return <SelectField {...props} options={choices(props.words, options)} />
}

/** The first chooses nothing, so that nothing is chosen without a thought. */
export function choices<T extends { readonly value: string; readonly label: string }>(
  words: Words,
  options: readonly T[],
) {
  return [{ value: '', label: words.requests.choose }, ...options]
}

function Places({ words, places, form: { typed, errors } }: FormProps) {
  const { papers: text } = words
  return (
    <section class="card" aria-labelledby="places">
      <h2 id="places">{text.places}</h2>
      <p class="quiet">{text.placesHint}</p>
      {places.length > 0 && <PlaceList {...{ words, places }} />}
      <form action="/admin/papers/places" method="post" autocomplete="off" novalidate>
        <TextField
          {...{ words, errors }}
          name="name"
          label={text.name}
          value={typed.name ?? ''}
          width="medium"
          maxLength={60}
        />
        <SelectField
          {...{ words, errors }}
          name="secured"
          label={text.securedBy}
          value={typed.secured ?? ''}
          options={choices(
            words,
            SECURED_BY.map((one) => ({ value: one, label: one })),
          )}
        />
        <p class="actions">
          <button class="button" type="submit">
            {text.addPlace}
          </button>
        </p>
      </form>
    </section>
  )
}

function PlaceList({ words, places }: WithWords & Pick<Shown, 'places'>) {
  const { papers: text } = words
  return (
    <table class="table table-stacked">
      <Heads heads={[text.place, text.securedBy, text.count, text.close]} />
      <tbody>
        {places.map(({ id, name, securedBy, papers, closedAt }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td data-label={text.securedBy}>{securedBy}</td>
            <td data-label={text.count}>{papers}</td>
            <td>
              {closedAt !== null ? (
                text.closed
              ) : (
                <form action="/admin/papers/places/end" method="post">
                  <input type="hidden" name="place" value={id} />
                  <button class="link" type="submit" aria-label={text.closeOne(name)}>
                    {text.close}
                  </button>
                </form>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
