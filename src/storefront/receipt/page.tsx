/** The receipt of an erasure: what ended and when, what stays until when, who had it, and its place in the ledger. */

import type { Notice } from '../../privacy/erasure-notice.ts'
import type { LegalHold } from '../../privacy/legal-hold.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { dayText, Moment, momentText } from '../../web/moment.tsx'
import type { ErasureReceipt } from './receipt.ts'

export function receiptPage(
  frame: Frame,
  token: string,
  receipt: ErasureReceipt | undefined,
  hold?: LegalHold,
): string {
  const { receipt: words, times } = frame.words.data
  return page(
    frame,
    { title: words.title, unlisted: true },
    <>
      <h1>{words.title}</h1>
      {receipt === undefined ? (
        <p class="notice">
          {hold === undefined
            ? words.open
            : frame.words.rights.hold(
                dayText(frame, hold.until),
                frame.words.rights.grounds[hold.ground],
              )}
        </p>
      ) : (
        <Erased frame={frame} token={token} receipt={receipt} />
      )}
      <p class="quiet small">
        {words.keep} {times}
      </p>
    </>,
  )
}

type Props = {
  readonly frame: Frame
  readonly token: string
  readonly receipt: ErasureReceipt
}

function Erased({ frame, token, receipt }: Props) {
  const { receipt: words } = frame.words.data
  const { erased, entry, proof, later } = receipt
  const { ended = [], stays = [] } = erased
  return (
    <>
      <p class="notice">{later.length === 0 ? words.erased : words.erasedInPart}</p>
      <dl class="facts">
        <dt>{words.at}</dt>
        <dd>
          <Moment frame={frame} at={Temporal.Instant.from(erased.at)} />
        </dd>
        <dt>{words.ended}</dt>
        <dd>{listOf(ended.map((text) => countOf(frame, text)))}</dd>
        {stays.length > 0 && <dt>{words.stays}</dt>}
        {stays.length > 0 && <dd>{listOf(stays.map((text) => stayOf(frame, text)))}</dd>}
        <dt>{words.had}</dt>
        <dd>{listOf(hadOf(frame, receipt))}</dd>
        <dt>{words.copies}</dt>
        <dd>{erased.copiesEnd && dayText(frame, erased.copiesEnd)}</dd>
        <dt>{words.entry}</dt>
        <dd>{entry}</dd>
        <dt>{words.proof}</dt>
        <dd>{proof === undefined ? words.unproven : words.proven(proof.index)}</dd>
      </dl>
      <p class="actions">
        <a class="button" href={`/privacy/receipts/${token}.json`}>
          {words.download}
        </a>
        <a class="button" href={`/privacy/receipts/${token}.pdf`}>
          {words.pdf}
        </a>
      </p>
      <p>
        {words.check} <a href="/.well-known/tacet/key">{words.key}</a>
      </p>
      {later.length > 0 && (
        <>
          <p>{words.later}</p>
          <ul>
            {later.map((other, index) => (
              <li key={other}>
                <a href={`/privacy/receipts/${other}`}>{words.laterLink(index + 1)}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** Who had been given something, and how they were told that it is erased. */
export function hadOf(frame: Frame, { erased, notices, later }: ErasureReceipt): readonly string[] {
  const { receipt: words } = frame.words.data
  const { had = [] } = erased
  if (had.length === 0) return [words.none]
  return had.map((name) => {
    const notice = notices.find((one) => name === `${one.recipient}: ${one.company}`)
    if (notice === undefined && later.length > 0) return `${name}, ${words.toldLater}`
    return `${name}, ${toldText(frame, notice)}`
  })
}

function toldText(frame: Frame, notice: Notice | undefined): string {
  const { receipt: words } = frame.words.data
  if (notice === undefined) return words.untold
  const { outcome, outcomeAt } = notice
  if (outcome === null || outcomeAt === null) return words.telling
  return outcome === 'delivered' ? `${words.told} ${momentText(frame, outcomeAt)}` : words.notTold
}

function listOf(texts: readonly string[]) {
  return texts.map((text) => <div key={text}>{text}</div>)
}

/** `look-up 4` */
export function countOf({ words: { data } }: Frame, text: string): string {
  const [rule = '', count = ''] = text.split(' ')
  return data.receipt.counted(data.receipt.kinds[rule] ?? rule, count)
}

/** `accounting-record 2031-11-23`, or `paper-register`, which has no limit. */
export function stayOf(frame: Frame, text: string): string {
  const { receipt: words } = frame.words.data
  const [rule = '', day] = text.split(' ')
  const what = words.staying[rule] ?? rule
  return day === undefined ? words.staysOn(what) : words.staysUntil(what, dayText(frame, day))
}
