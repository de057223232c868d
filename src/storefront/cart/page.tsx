/**
 * The cart: what is in it, and what it costs to have it brought, before anything is asked of anybody.
 */

import { countries } from '../../base/countries.ts'
import { formatMoney, money } from '../../base/money.ts'
import { type Option, type Summary, type SummaryLine, titleOf } from '../../checkout/summary.ts'
import { SelectField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { dayWords, methodWords } from '../checkout/delivery.ts'
import type { Counter } from '../counter.ts'
import { Customs } from '../customs.tsx'
import { SmallPicture } from '../picture.tsx'

export function cartPage({ frame }: Counter, summary: Summary, lineCount: number): string {
  const { cart: words } = frame.words.checkout
  const head = { title: words.title, path: '/cart', unlisted: true }
  if (summary.lines.length === 0) {
    return page(
      frame,
      head,
      <>
        <h1>{words.title}</h1>
        <p>{words.empty}</p>
        <p>
          <a class="button" href="/">
            {words.browse}
          </a>
        </p>
      </>,
    )
  }
  return page(
    frame,
    head,
    <>
      <h1>{words.title}</h1>
      {summary.lines.length < lineCount && <p class="notice">{words.changed}</p>}
      <Lines frame={frame} summary={summary} />
      <Delivery frame={frame} summary={summary} />
    </>,
  )
}

function Lines({ frame, summary }: { readonly frame: Frame; readonly summary: Summary }) {
  const { shop, words } = frame
  const { cart } = words.checkout
  const items = money(summary.itemsMinor, shop.currency)
  return (
    <div class="table-frame">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{cart.article}</th>
            <th scope="col">{cart.quantity}</th>
            <th scope="col" class="number">
              {cart.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {summary.lines.map((line) => (
            <Line key={line.variant.id} frame={frame} line={line} country={summary.country} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {cart.items}
            </th>
            <td class="number">{formatMoney(items, shop.language)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

type LineProps = { readonly frame: Frame; readonly line: SummaryLine; readonly country: string }

function Line({ frame, line, country }: LineProps) {
  const { product, variant, quantity, total, available } = line
  const { cart } = frame.words.checkout
  const title = titleOf(product, variant)
  const [first] = product.pictures
  return (
    <tr>
      <td>
        <div class="article">
          <SmallPicture picture={variant.picture ?? first} none="" decorative />
          <div>
            <a href={`/products/${product.slug}`}>{title}</a>
            <br />
            <span class="quiet small">{formatMoney(variant.price, frame.shop.language)}</span>
            {!available && <span class="badge badge-wrong">{cart.unavailable}</span>}
          </div>
        </div>
      </td>
      <td>
        <form class="inline-form" action={`/cart/lines/${variant.id}`} method="post">
          <input type="hidden" name="country" value={country} />
          <input
            class="input-short"
            name="quantity"
            inputmode="numeric"
            maxLength={3}
            value={quantity}
            aria-label={cart.quantityOf(title)}
          />
          <button class="button-quiet" type="submit">
            {cart.update}
          </button>
        </form>
        <form action={`/cart/lines/${variant.id}`} method="post">
          <input type="hidden" name="country" value={country} />
          <button class="link" type="submit" name="quantity" value="0">
            {cart.remove}
            <span class="unseen"> {title}</span>
          </button>
        </form>
      </td>
      <td class="number">{formatMoney(total, frame.shop.language)}</td>
    </tr>
  )
}

function Delivery({ frame, summary }: { readonly frame: Frame; readonly summary: Summary }) {
  const { cart } = frame.words.checkout
  return (
    <section aria-labelledby="delivery">
      <h2 id="delivery">{cart.delivery}</h2>
      <form class="inline-form" action="/cart" method="get">
        <SelectField
          words={frame.words}
          name="country"
          label={cart.deliverTo}
          value={summary.country}
          options={countries.map(({ code, name }) => ({ value: code, label: name }))}
        />
        <button class="button-quiet" type="submit">
          {cart.showPrices}
        </button>
      </form>
      {summary.options.length === 0 ? (
        <p class="notice">{cart.notServed}</p>
      ) : (
        <>
          <Prices frame={frame} options={summary.options} />
          <Customs frame={frame} country={summary.country} />
          <p class="actions">
            <a class="button" href={`/checkout?country=${summary.country}`}>
              {cart.checkout}
            </a>
          </p>
          <p class="quiet small">{cart.noAccount}</p>
        </>
      )}
    </section>
  )
}

function Prices({
  frame,
  options,
}: {
  readonly frame: Frame
  readonly options: readonly Option[]
}) {
  const { shop, words } = frame
  const text = (minor: number) => formatMoney(money(minor, shop.currency), shop.language)
  return (
    <dl class="prices">
      {options.map(({ quote, totals }) => (
        <div key={quote.method}>
          <dt>
            {methodWords(words, quote)} <span class="quiet small">{dayWords(words, quote)}</span>
          </dt>
          <dd>
            {text(quote.priceMinor)}{' '}
            <span>
              {words.checkout.place.totalWith(methodWords(words, quote))}{' '}
              <strong>{text(totals.totalMinor)}</strong>
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
