/**
 * The look at an order's person: a button a view, what one look was given, or why it was refused.
 *
 * Looking is a form that is sent, never a page that is loaded, because each look is written into the ledger.
 */

import { REASONS } from '../../staff/reasons.ts'
import { type View, viewsOf } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import { type FieldErrors, SelectField } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'
import type { Look } from './_look.ts'
import type { Sheet } from './_sheet.ts'

type Props = {
  readonly words: Words
  readonly sheet: Sheet
  readonly staff: SignedIn
  readonly look: Look | undefined
  readonly errors: FieldErrors
}

export function Person({ words, sheet, staff, look, errors }: Props) {
  const { order: text } = words.backoffice
  const views = viewsOf(staff.roles)
  const url = `/admin/orders/${sheet.order.number}/looks#person`
  return (
    <section class="card" id="person" aria-labelledby="person-title">
      <h2 id="person-title">{text.person}</h2>
      {look !== undefined && <Looked words={words} look={look} />}
      {views.length === 0 ? (
        <p>{text.personNone}</p>
      ) : (
        <>
          {views.map((view) => (
            <ViewForm key={view} {...{ words, view, url, errors }} />
          ))}
          <p class="quiet small">{text.personHint}</p>
        </>
      )}
    </section>
  )
}

type ViewProps = {
  readonly words: Words
  readonly view: View
  readonly url: string
  readonly errors: FieldErrors
}

function ViewForm({ words, view, url, errors }: ViewProps) {
  const { order: text } = words.backoffice
  const reasons = [
    { value: '', label: text.reasonChoose },
    ...REASONS.map((reason) => ({ value: reason, label: reason })),
  ]
  return (
    <form action={url} method="post">
      <input type="hidden" name="view" value={view} />
      {view === 'service' && (
        <SelectField {...{ words, errors }} name="reason" label={text.reason} options={reasons} />
      )}
      <p>
        <button class="button-quiet" type="submit">
          {text.looks[view]}
        </button>
      </p>
    </form>
  )
}

function Looked({ words, look }: { readonly words: Words; readonly look: Look }) {
  const { order: text } = words.backoffice
  if ('refusal' in look) {
    return (
      <div class="notice" role="status">
        <p>
          <strong>{text.refused}</strong>
        </p>
        <p>{look.refusal.message}.</p>
        <p>
          <a href="/privacy">{text.toPolicy}</a>
        </p>
      </div>
    )
  }
  return (
    <>
      <dl class="facts">
        {look.seen.flatMap(({ field, lines }) => [
          <dt key={field}>{text.fields[field]}</dt>,
          <dd key={`${field}-value`}>
            {lines.map((line, index) => (
              <div key={`${index}-${line}`}>{line}</div>
            ))}
          </dd>,
        ])}
      </dl>
      {look.seen.length === 0 && <p>{text.nothingHeld}</p>}
      <p class="quiet small" role="status">
        {text.lookRecorded} {look.because}.
      </p>
    </>
  )
}
