/** Refunds of which it is not known whether they were made: what that means, and what to do. */

import { isUnderWay, settledAt } from '../../payments/unclear-refund.ts'
import { may } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Act } from './_act.tsx'
import { amountOf, type Sheet } from './_sheet.ts'

type Props = {
  readonly frame: Frame
  readonly sheet: Sheet
  readonly staff: SignedIn
  readonly now: Temporal.Instant
}

export function UnclearRefunds({ frame, sheet, staff, now }: Props) {
  const { unclear: text } = frame.words.backoffice.order
  if (sheet.unclear.length === 0) return null
  return (
    <section class="notice" aria-labelledby="unclear-title">
      <h2 id="unclear-title">{text.title}</h2>
      {sheet.unclear.map((refund) => (
        <div key={refund.id}>
          <p>{text.what(amountOf(sheet.order, refund.amountMinor))}</p>
          {may(staff.roles, 'settle a refund') && <Settle {...{ frame, sheet, refund, now }} />}
        </div>
      ))}
    </section>
  )
}

type SettleProps = Omit<Props, 'staff'> & { readonly refund: Sheet['unclear'][number] }

function Settle({ frame, sheet, refund, now }: SettleProps) {
  const { unclear: text } = frame.words.backoffice.order
  const { id, intentId, triedAt } = refund
  const from = settledAt(triedAt)
  const mayBeUnderWay = isUnderWay(triedAt, now)
  return (
    <details>
      <summary>{text.settle}</summary>
      <p>{text.look}</p>
      <dl class="facts">
        <dt>{text.payment}</dt>
        <dd>{intentId}</dd>
        <dt>{text.reference}</dt>
        <dd>{id}</dd>
      </dl>
      <Act sheet={sheet} noun="refunds/settlement" hint={text.hint}>
        <input type="hidden" name="refund" value={id} />
        <p class="actions">
          <button class="button-quiet" type="submit" name="as" value="made">
            {text.made}
          </button>
          {!mayBeUnderWay && (
            <>
              <button class="button-quiet" type="submit" name="as" value="paid otherwise">
                {text.paidOtherwise}
              </button>
              <button class="button-quiet" type="submit" name="as" value="not made">
                {text.notMade}
              </button>
            </>
          )}
        </p>
        {!mayBeUnderWay && <p class="small">{text.otherwiseHint}</p>}
      </Act>
      {mayBeUnderWay && from !== undefined && (
        <p class="small">
          {text.notYet} <Moment frame={frame} at={from} />.
        </p>
      )}
    </details>
  )
}
