/** The first page of an account: what it is, since when. */

import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../moment.tsx'
import { accountPage } from '../layout.tsx'

export type Overview = {
  readonly email: string
  readonly since: Temporal.Instant
  /** What was just done, in words. */
  readonly done?: string | undefined
}

export function overviewPage(frame: Frame, { email, since, done }: Overview): string {
  const { overview: words } = frame.words.account
  return accountPage(
    frame,
    { title: words.title, path: '/account' },
    <>
      {done && (
        <p class="notice" role="status">
          {done}
        </p>
      )}
      <h1>{words.title}</h1>
      <dl class="facts">
        <dt>{words.email}</dt>
        <dd>{email}</dd>
        <dt>{words.since}</dt>
        <dd>
          <Moment frame={frame} at={since} />
        </dd>
      </dl>
      <p class="quiet small">{frame.words.data.times}</p>
    </>,
  )
}
