/**
 * The numbers of each month that is over, newest first; the earlier ones folded. What has no number, since it was so
 * seldom, is named below the others.
 */

import type { Coarse, PublishedMonth } from '../../privacy/transparency.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { TextRows } from '../../web/table.tsx'

type MonthProps = { readonly frame: Frame; readonly month: PublishedMonth }

/** `months`: newest first. */
export function transparencyPage(frame: Frame, months: readonly PublishedMonth[]): string {
  const { transparency: words } = frame.words
  const [newest, ...earlier] = months
  return page(
    frame,
    { title: words.title, path: '/privacy' },
    <>
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      {newest === undefined ? (
        <p class="notice">{words.none}</p>
      ) : (
        <>
          <p>
            <a href="/privacy/transparency.json">{words.json}</a>
          </p>
          <section aria-labelledby={newest.month}>
            <h2 id={newest.month}>{monthText(frame, newest.month)}</h2>
            <Month frame={frame} month={newest} />
          </section>
        </>
      )}
      {earlier.map((month) => (
        <details key={month.month}>
          <summary>{monthText(frame, month.month)}</summary>
          <Month {...{ frame, month }} />
        </details>
      ))}
    </>,
  )
}

function Month({ frame, month: { month, counts } }: MonthProps) {
  const { transparency: words } = frame.words
  return (
    <>
      <Table
        {...{ frame, id: `${month}-disclosures`, title: words.disclosures }}
        heads={[words.to, words.for, words.delivered, words.notDelivered]}
        rows={counts.disclosures.map(({ recipient, purpose, delivered, notDelivered }) => ({
          names: [recipient, purpose],
          counts: [delivered, notDelivered],
        }))}
      />
      <Table
        {...{ frame, id: `${month}-looks`, title: words.looks }}
        heads={[words.to, words.for, words.times]}
        rows={counts.looks.map(({ recipient, purpose, count }) => ({
          names: [recipient, purpose],
          counts: [count],
        }))}
      />
      <Table
        {...{ frame, id: `${month}-events`, title: words.events }}
        heads={[words.what, words.times]}
        rows={counts.events.map(({ kind, count }) => ({
          names: [words.kindOf(kind)],
          counts: [count],
        }))}
      />
    </>
  )
}

type TableProps = {
  readonly frame: Frame
  readonly id: string
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly Row[]
}

type Row = { readonly names: readonly string[]; readonly counts: readonly Coarse[] }

function Table({ frame, id, title, heads, rows }: TableProps) {
  const { transparency: words } = frame.words
  const isFew = ({ counts }: Row) => counts.every((count) => count === null)
  const told = rows.filter((row) => !isFew(row))
  const few = rows.filter(isFew).map(({ names }) => names.join(': '))
  const text = (count: Coarse) => (count === null ? words.fewer : String(count))
  return (
    <>
      <h3 id={id}>{title}</h3>
      {told.length > 0 && (
        <div class="table-frame">
          <table class="table table-stacked" aria-labelledby={id}>
            <TextRows
              heads={heads}
              rows={told.map(({ names, counts }) => [...names, ...counts.map(text)])}
            />
          </table>
        </div>
      )}
      {few.length > 0 && <p>{words.few(few.join('; '))}</p>}
    </>
  )
}

function monthText({ shop }: Frame, month: string): string {
  const options = { month: 'long', year: 'numeric', calendar: 'gregory' } as const
  return Temporal.PlainDate.from(`${month}-01`).toLocaleString(shop.language, options)
}
