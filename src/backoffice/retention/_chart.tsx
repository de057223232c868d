/**
 * What ends in the months to come, as bars: two a month, drawn by numbers in attributes, since no style may be inline.
 *
 * To a screen reader it is one picture with a summary; the table beside it has what it shows.
 */

import type { Forecast } from '../../privacy/retention.ts'
import type { Words } from '../../web/words/en.ts'

type ChartProps = { readonly words: Words; readonly months: readonly Forecast[] }

export function Chart({ words, months }: ChartProps) {
  const { retention: text } = words
  const most = Math.max(1, ...months.flatMap(({ contacts, records }) => [contacts, records]))
  const sum = (what: 'contacts' | 'records') => months.reduce((all, one) => all + one[what], 0)
  return (
    <figure class="chart">
      <figcaption class="small quiet">
        <Key kind="contacts" name={text.contacts} /> <Key kind="records" name={text.records} />
      </figcaption>
      <div role="img" aria-label={text.chart(sum('contacts'), sum('records'))}>
        {months.map(({ month, contacts, records }) => (
          <div class="chart-row" key={month}>
            <span>{month}</span>
            <span>
              <Bar kind="contacts" count={contacts} most={most} />
              <Bar kind="records" count={records} most={most} />
            </span>
          </div>
        ))}
      </div>
    </figure>
  )
}

function Key({ kind, name }: { readonly kind: string; readonly name: string }) {
  return (
    <span>
      <svg class="chart-key" width="12" height="12" aria-hidden="true">
        <rect class={`chart-${kind}`} width="12" height="12" rx="2" />
      </svg>{' '}
      {name}
    </span>
  )
}

type BarProps = { readonly kind: string; readonly count: number; readonly most: number }

/** As long as its share of the longest; one that is not nothing can be seen. */
function Bar({ kind, count, most }: BarProps) {
  const percent = count === 0 ? 0 : Math.max(1, Math.round((count / most) * 1000) / 10)
  return (
    <svg class="chart-bar" width="100%" height="9" aria-hidden="true">
      <rect class={`chart-${kind}`} width={`${percent}%`} height="9" rx="2" />
    </svg>
  )
}
