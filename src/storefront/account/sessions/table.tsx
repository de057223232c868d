/** The open sessions of an account, each with its end. */

import type { Id } from '../../../base/ids.ts'
import type { OpenSession } from '../../../customers/session.ts'
import type { Frame } from '../../../web/frame.ts'
import { Moment, momentText } from '../../../web/moment.tsx'
import { Heads } from '../../../web/table.tsx'

type Props = {
  readonly frame: Frame
  readonly sessions: readonly OpenSession[]
  readonly present: Id
}

export function Sessions({ frame, sessions, present }: Props) {
  const { sessions: words } = frame.words.account
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{words.title}</h2>
      <p>{words.hint}</p>
      <table class="table table-stacked">
        <Heads heads={[words.began, words.seen, words.act]} />
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id} {...{ frame, session, present }} />
          ))}
        </tbody>
      </table>
      {sessions.length > 1 && (
        <form action="/account/sessions/end" method="post">
          <button class="button-quiet" type="submit">
            {words.endOthers}
          </button>
        </form>
      )}
    </section>
  )
}

type RowProps = Pick<Props, 'frame' | 'present'> & { readonly session: OpenSession }

function Row({ frame, present, session: { id, createdAt, lastSeenAt } }: RowProps) {
  const { sessions: words } = frame.words.account
  return (
    <tr>
      <th scope="row">
        <Moment frame={frame} at={createdAt} />{' '}
        {id === present && <span class="badge badge-good">{words.this}</span>}
      </th>
      <td data-label={words.seen}>
        <Moment frame={frame} at={lastSeenAt} />
      </td>
      <td>
        <form action={`/account/sessions/${id}/end`} method="post">
          <button class="link" type="submit">
            {words.end}
            <span class="unseen"> {words.which(momentText(frame, createdAt))}</span>
          </button>
        </form>
      </td>
    </tr>
  )
}
