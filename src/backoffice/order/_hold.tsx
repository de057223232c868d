/** The legal hold on an order: what it is, and for the owner how it is set and ended. */

import { HOLD_GROUNDS, latestHold } from '../../privacy/legal-hold.ts'
import { may } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import { type FieldErrors, SelectField, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { dayText } from '../../web/moment.tsx'
import type { Sheet } from './_sheet.ts'

type Props = {
  readonly frame: Frame
  readonly sheet: Sheet
  readonly staff: SignedIn
  readonly errors: FieldErrors
  readonly until: string | undefined
}

export function Hold(props: Props) {
  const { frame, sheet, staff } = props
  const { hold: text } = frame.words.backoffice.order
  const mayHold = may(staff.roles, 'hold an order')
  if (sheet.hold === undefined && !mayHold) return null
  return (
    <section class="card" id="hold" aria-labelledby="hold-title">
      <h2 id="hold-title">{text.title}</h2>
      {sheet.hold !== undefined && (
        <p>{text.held(dayText(frame, sheet.hold.until), sheet.hold.ground)}</p>
      )}
      {mayHold && (sheet.hold === undefined ? <SetHold {...props} /> : <EndHold {...props} />)}
    </section>
  )
}

function SetHold({ frame, sheet: { order }, errors, until }: Props) {
  const { words } = frame
  const { hold: text } = words.backoffice.order
  const isWrong = errors.ground !== undefined || errors.until !== undefined
  const grounds = [
    { value: '', label: text.groundChoose },
    ...HOLD_GROUNDS.map((ground) => ({ value: ground, label: ground })),
  ]
  return (
    <details open={isWrong}>
      <summary>{text.set}</summary>
      <form action={`/admin/orders/${order.number}/hold`} method="post" novalidate>
        <p class="hint">{text.hint}</p>
        <SelectField {...{ words, errors }} name="ground" label={text.ground} options={grounds} />
        <TextField
          {...{ words, errors }}
          name="until"
          type="date"
          label={text.until}
          hint={text.untilHint(dayText(frame, latestHold(order.id)))}
          value={until}
          width="medium"
        />
        <p>
          <button class="button-quiet" type="submit">
            {text.button}
          </button>
        </p>
      </form>
    </details>
  )
}

function EndHold({ frame, sheet: { order } }: Props) {
  const { hold: text } = frame.words.backoffice.order
  return (
    <form action={`/admin/orders/${order.number}/hold/end`} method="post">
      <p class="hint">{text.endHint}</p>
      <button class="button-quiet" type="submit">
        {text.end}
      </button>
    </form>
  )
}
