/** A deletion that waits: until when, the way back, and what became of it. */

import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { Moment } from '../../web/moment.tsx'

export type Shown =
  | { readonly state: 'waits'; readonly dueAt: Temporal.Instant }
  | { readonly state: 'done'; readonly receipt: string }
  | { readonly state: 'over' }

type Props = { readonly frame: Frame; readonly token: string; readonly shown: Shown }

export function deletionPage(frame: Frame, token: string, shown: Shown): string {
  const { data, rights } = frame.words
  const title = rights.deletion.titles[shown.state]
  return page(
    frame,
    { title, unlisted: true },
    <>
      <h1>{title}</h1>
      <State {...{ frame, token, shown }} />
      <p>
        <a href="/privacy/data">{rights.deletion.data}</a>
      </p>
      <p class="quiet small">{data.times}</p>
    </>,
  )
}

function State({ frame, token, shown }: Props) {
  const { deletion: words } = frame.words.rights
  switch (shown.state) {
    case 'waits':
      return (
        <>
          <p class="notice">
            {words.waits} <Moment frame={frame} at={shown.dueAt} />. {words.wayBack}
          </p>
          <form action={`/privacy/deletions/${token}`} method="post">
            <button class="button" type="submit">
              {words.takeBack}
            </button>
          </form>
        </>
      )
    case 'done':
      return (
        <p class="notice">
          {words.done} <a href={`/privacy/receipts/${shown.receipt}`}>{words.receipt}</a>.
        </p>
      )
    case 'over':
      return <p class="notice">{words.over}</p>
  }
}
