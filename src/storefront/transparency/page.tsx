/**
 * The numbers of each month that is over, newest first; the earlier ones folded.
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
  const text = (count: Coarse) => (count === null ? words.fewer : String(count))
  return (
    <>
      <Table
        id={`${month}-disclosures`}
        title={words.disclosures}
        heads={[words.to, words.for, words.delivered, words.notDelivered]}
        rows={counts.disclosures.map((row) => [
          ...[row.recipient, row.purpose],
          ...[text(row.delivered), text(row.notDelivered)],
        ])}
      />
      <Table
        id={`${month}-looks`}
        title={words.looks}
        heads={[words.to, words.for, words.times]}
        rows={counts.looks.map((row) => [row.recipient, row.purpose, text(row.count)])}
      />
      <Table
        id={`${month}-events`}
        title={words.events}
        heads={[words.what, words.times]}
        rows={counts.events.map((row) => [words.kindOf(row.kind), text(row.count)])}
      />
    </>
  )
}

type TableProps = {
  readonly id: string
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function Table({ id, title, heads, rows }: TableProps) {
  return (
    <>
      <h3 id={id}>{title}</h3>
      <div class="table-frame">
        <table class="table table-stacked" aria-labelledby={id}>
          <TextRows heads={heads} rows={rows} />
        </table>
      </div>
    </>
  )
}

function monthText({ shop }: Frame, month: string): string {
  const options = { month: 'long', year: 'numeric', calendar: 'gregory' } as const
  return Temporal.PlainDate.from(`${month}-01`).toLocaleString(shop.language, options)
}
