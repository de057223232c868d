/** The first page of an account: what it is, since when, and where its person is signed in. */

import type { Id } from '../../../base/ids.ts'
import type { Confirmed } from '../../../customers/account.ts'
import type { OpenSession } from '../../../customers/session.ts'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { Notice } from '../../../web/notice.tsx'
import { accountPage } from '../layout.tsx'
import { Sessions } from '../sessions/table.tsx'

type Overview = Confirmed & {
  readonly email: string
  readonly sessions: readonly OpenSession[]
  /** The one by which the page is seen. */
  readonly session: Id
  /** What was just done, in words. */
  readonly done: string | undefined
}

export function overviewPage(frame: Frame, shown: Overview): string {
  const { overview: words } = frame.words.account
  const { email, since, lostUntil, sessions, session, done } = shown
  return accountPage(
    frame,
    { title: words.title, path: '/account' },
    <>
      <h1>{words.title}</h1>
      <Notice done={done} />
      {lostUntil && <Lost frame={frame} until={lostUntil} />}
      <dl class="facts">
        <dt>{lostUntil ? words.emailBefore : words.email}</dt>
        <dd>
          {email} {!lostUntil && <a href="/account/email">{words.changeEmail}</a>}
        </dd>
        <dt>{words.since}</dt>
        <dd>
          <Moment frame={frame} at={since} />
        </dd>
      </dl>
      <Sessions frame={frame} sessions={sessions} present={session} />
      <section aria-labelledby="end">
        <h2 id="end">{words.end}</h2>
        <p>{words.endHint}</p>
        <p>
          <a href="/account/data/erasure">{words.toEnd}</a>
        </p>
      </section>
      <p class="quiet small">{frame.words.data.times}</p>
    </>,
  )
}

/** What came back with a backup is not the address that its person had chosen since. */
function Lost({ frame, until }: { readonly frame: Frame; readonly until: Temporal.Instant }) {
  const { overview: words } = frame.words.account
  return (
    <section class="notice" aria-labelledby="lost">
      <h2 id="lost">{words.lostTitle}</h2>
      <p>
        {words.lost} <Moment frame={frame} at={until} />
      </p>
      <p>
        <a href="/account/email">{words.enterEmail}</a>
      </p>
    </section>
  )
}
