/** The books: what was sold in a month and what went back, by country and rate, and the file with each of them. */

import { countryNamed } from '../../base/countries.ts'
import { formatMoney } from '../../base/money.ts'
import type { BookSum } from '../../payments/books.ts'
import type { SignedIn } from '../../staff/session.ts'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'

type Shown = {
  readonly months: readonly string[]
  readonly month: string
  readonly sums: readonly BookSum[]
}

export function booksPage(office: BackOffice, staff: SignedIn, shown: Shown): string {
  const { words } = office.frame
  const { books: text } = words
  const { months, month, sums } = shown
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/books' },
    <>
      <h1>{text.title}</h1>
      <p>{text.lead}</p>
      <form class="field" action="/admin/books" method="get">
        <label for="month">{text.month}</label>
        <p class="actions">
          <select id="month" name="month">
            {months.map((one) => (
              <option key={one} selected={one === month}>
                {one}
              </option>
            ))}
          </select>
          <button class="button-quiet" type="submit">
            {text.show}
          </button>
        </p>
      </form>
      <h2 id="sums">{text.monthOf(month)}</h2>
      {sums.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <>
          <Sums {...{ words, sums }} />
          <p>
            <a href={`/admin/books/${month}.csv`}>{text.file}</a>
          </p>
          <p class="quiet small">{text.fileHint}</p>
        </>
      )}
    </>,
  )
}

function Sums({ words, sums }: { readonly words: Words; readonly sums: readonly BookSum[] }) {
  const { books: text } = words
  const heads = [text.country, text.rate, text.sold, text.refunded, text.left, text.tax]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-frame" aria-labelledby="sums" tabIndex={0}>
      <table class="table table-stacked">
        <Heads heads={heads} />
        <tbody>
          {sums.map((sum) => (
            <Row key={[sum.country, sum.currency, sum.ratePpm].join(' ')} {...{ words, sum }} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ words, sum }: { readonly words: Words; readonly sum: BookSum }) {
  const { books: text } = words
  const { country, currency, ratePpm, sold, refunded } = sum
  const amount = (amountMinor: number) => formatMoney({ amountMinor, currency })
  const both = ({ netMinor, taxMinor }: BookSum['sold']) =>
    text.netAndTax(amount(netMinor), amount(taxMinor))
  return (
    <tr>
      <th scope="row">
        {countryNamed(country)?.name} ({country})
      </th>
      <td data-label={text.rate}>{ratePpm / 10_000} %</td>
      <td data-label={text.sold}>{both(sold)}</td>
      <td data-label={text.refunded}>{both(refunded)}</td>
      <td data-label={text.left}>{amount(sold.netMinor + refunded.netMinor)}</td>
      <td data-label={text.tax}>{amount(sold.taxMinor + refunded.taxMinor)}</td>
    </tr>
  )
}
