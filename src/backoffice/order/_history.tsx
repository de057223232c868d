/**
 * What happened to an order, and who was told what about its person. Every role sees both: neither holds a value.
 */

import { capitalised } from '../../base/capitalised.ts'
import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { Field } from '../../privacy/table.ts'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'
import { amountOf, type Sheet } from './_sheet.ts'

type Props = { readonly frame: Frame; readonly sheet: Sheet }

export function Timeline({ frame, sheet }: Props) {
  const { order: text } = frame.words.backoffice
  const { events, names, order } = sheet
  return (
    <>
      <h2>{text.timeline}</h2>
      <ol class="timeline">
        {events.map(({ id, at, kind, by, details }) => (
          <li key={id}>
            <strong>{capitalised(kind)}</strong>{' '}
            {typeof details.amountMinor === 'number' && amountOf(order, details.amountMinor)}{' '}
            {details.reason !== undefined && <span class="small">{details.reason}</span>}
            {details.fields !== undefined && (
              <span class="small">{namesOf(text.fields, String(details.fields))}</span>
            )}
            <br />
            <Moment frame={frame} at={at} />{' '}
            <span class="quiet small">
              {text.by} {names.get(by) ?? by}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

export function Disclosures({ frame, sheet }: Props) {
  const { order: text } = frame.words.backoffice
  const { disclosures } = sheet
  if (disclosures.length === 0) {
    return (
      <>
        <h2>{text.disclosures}</h2>
        <p>{text.disclosuresNone}</p>
      </>
    )
  }
  const columns = [text.when, text.toWhom, text.purpose, text.what, text.how, text.outcome]
  return (
    <>
      <h2>{text.disclosures}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="table-frame" aria-label={text.disclosures} tabIndex={0}>
        <table class="table table-stacked">
          <Heads heads={columns} />
          <tbody>
            {disclosures.map((disclosure) => (
              <Row key={disclosure.id} {...{ frame, sheet, disclosure }} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

function Row({ frame, sheet, disclosure }: Props & { readonly disclosure: OrderDisclosure }) {
  const { words } = frame
  const { order: text } = words.backoffice
  const { recipient, purpose, company, fields, channel, clause, revision } = disclosure
  return (
    <tr>
      <th scope="row">
        <Moment frame={frame} at={disclosure.grantedAt} />
      </th>
      <td data-label={text.toWhom}>
        {recipient} <br />
        <span class="quiet small">{sheet.names.get(company) ?? company}</span>
      </td>
      <td data-label={text.purpose}>
        {purpose} <br />
        <span class="quiet small">{disclosure.because}</span>
      </td>
      <td data-label={text.what}>{fields.map((field) => nameOf(text.fields, field)).join(', ')}</td>
      <td data-label={text.how}>
        {words.checkout.order.channels[channel] ?? channel} <br />
        <span class="quiet small">{text.clause(clause, revision)}</span>
      </td>
      <td data-label={text.outcome}>
        <Outcome frame={frame} disclosure={disclosure} />
      </td>
    </tr>
  )
}

function Outcome({
  frame,
  disclosure,
}: {
  readonly frame: Frame
  readonly disclosure: OrderDisclosure
}) {
  const { outcome, outcomeAt } = disclosure
  if (outcome === null) return <span class="badge">{frame.words.backoffice.order.open}</span>
  const kind = outcome === 'delivered' ? 'badge-good' : 'badge-wrong'
  return (
    <>
      <span class={`badge ${kind}`}>{outcome}</span>{' '}
      {outcomeAt !== null && (
        <>
          <br />
          <span class="quiet small">
            <Moment frame={frame} at={outcomeAt} />
          </span>
        </>
      )}
    </>
  )
}

function namesOf(names: Readonly<Record<Field, string>>, fields: string): string {
  return fields
    .split(' ')
    .map((field) => nameOf(names, field))
    .join(', ')
}

function nameOf(names: Readonly<Record<Field, string>>, field: string): string {
  return new Map<string, string>(Object.entries(names)).get(field) ?? field
}
