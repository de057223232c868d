/**
 * An order's articles and amounts.
 */

import type { Order, OrderLine } from '../../orders/order.ts'
import type { Words } from '../../web/words/en.ts'
import { amountOf, type Sheet } from './_sheet.ts'

export function Lines({ words, sheet }: { readonly words: Words; readonly sheet: Sheet }) {
  const { order: text } = words.backoffice
  const { order } = sheet
  return (
    <>
      <h2>{text.lines}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="table-frame" aria-label={text.lines} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text.article}</th>
              <th scope="col" class="number">
                {text.quantity}
              </th>
              <th scope="col" class="number">
                {text.unit}
              </th>
              <th scope="col" class="number">
                {text.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line) => (
              <Line key={line.position} order={order} line={line} />
            ))}
          </tbody>
          <Amounts words={words} order={order} />
        </table>
      </section>
    </>
  )
}

function Line({ order, line }: { readonly order: Order; readonly line: OrderLine }) {
  return (
    <tr>
      <td>
        {line.title}
        <br />
        <span class="quiet small">{line.sku}</span>
      </td>
      <td class="number">{line.quantity}</td>
      <td class="number">{amountOf(order, line.unitMinor)}</td>
      <td class="number">{amountOf(order, line.unitMinor * line.quantity)}</td>
    </tr>
  )
}

function Amounts({ words, order }: { readonly words: Words; readonly order: Order }) {
  const { order: text } = words.backoffice
  const { itemsMinor, shippingMinor, totalMinor, taxes, pricesIncludeTax } = order
  const { refundedMinor, paidBackMinor } = order
  const taxRows = taxes.map(({ ratePpm, taxMinor }) => {
    const rate = `${ratePpm / 10_000} %`
    if (ratePpm === 0) return [text.untaxed, taxMinor] as const
    return [pricesIncludeTax ? text.taxIncluded(rate) : text.tax(rate), taxMinor] as const
  })
  const total = [text.total, totalMinor] as const
  const rows = [
    [text.items, itemsMinor] as const,
    [text.delivery, shippingMinor] as const,
    ...(pricesIncludeTax ? [total, ...taxRows] : [...taxRows, total]),
    ...(paidBackMinor === 0 ? [] : [[text.refunded, -paidBackMinor] as const]),
    ...(refundedMinor === paidBackMinor
      ? []
      : [[text.refunding, paidBackMinor - refundedMinor] as const]),
  ]
  return (
    <tfoot>
      {rows.map(([name, amountMinor]) => (
        <tr key={name}>
          <th scope="row" colSpan={3}>
            {name}
          </th>
          <td class="number">{amountOf(order, amountMinor)}</td>
        </tr>
      ))}
    </tfoot>
  )
}
