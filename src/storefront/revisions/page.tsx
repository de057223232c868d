/**
 * Every revision of the policy, newest first: since when it is in force, and what it changed, stricter or looser (C9).
 */

import { changeWords } from '../../../policy/words/changes.ts'
import { type Change, type Direction, differenceOf } from '../../privacy/difference.ts'
import type { StoredRevision } from '../../privacy/revision.ts'
import type { PolicyTable } from '../../privacy/table.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { dayText } from '../../web/moment.tsx'
import { Heads } from '../../web/table.tsx'

type Props = { readonly frame: Frame }

/** `revisions`: oldest first. */
export function revisionsPage(frame: Frame, revisions: readonly StoredRevision[]): string {
  const { revisions: words } = frame.words
  return page(
    frame,
    { title: words.title, path: '/privacy' },
    <>
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <p>
        <a href="/privacy">{words.inForce}</a>
      </p>
      {revisions
        .map((revision, at) => (
          <Revision
            key={revision.table.revision}
            {...{ frame, revision }}
            before={revisions[at - 1]?.table}
          />
        ))
        .reverse()}
    </>,
  )
}

type RevisionProps = Props & {
  readonly revision: StoredRevision
  readonly before: PolicyTable | undefined
}

function Revision({ frame, revision: { table, inForceAt }, before }: RevisionProps) {
  const { revisions: words } = frame.words
  const id = `revision-${table.revision}`
  const since = inForceAt.toZonedDateTimeISO('UTC').toPlainDate().toString()
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{words.name(table.revision)}</h2>
      <p>{words.dates(dayText(frame, since), dayText(frame, table.lastUpdate))}</p>
      {before === undefined ? (
        <p>{words.first}</p>
      ) : (
        <Changes {...{ frame, before }} changes={differenceOf(before, table)} />
      )}
    </section>
  )
}

type ChangesProps = Props & { readonly before: PolicyTable; readonly changes: readonly Change[] }

function Changes({ frame, before, changes }: ChangesProps) {
  const { revisions: words } = frame.words
  if (changes.length === 0) return <p>{changeWords.nothing}</p>
  return (
    <div class="table-frame">
      <table class="table table-stacked">
        <caption>{words.against(before.revision)}</caption>
        <Heads heads={[words.what, words.change, words.how, words.clause]} />
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.of} ${change.row.join(' ')}`}>
              <th scope="row">{changeWords.row(change)}</th>
              <td data-label={words.change}>
                {change.parts.map((part) => (
                  <div key={`${part.aspect} ${part.from} ${part.to} ${part.direction}`}>
                    {changeWords.part(change, part)}
                  </div>
                ))}
              </td>
              <td data-label={words.how}>
                <span class={badgeOf(change.direction)}>
                  {changeWords.directions[change.direction]}
                </span>
              </td>
              <td data-label={words.clause}>
                <a href={`/privacy#${change.clause}`}>{change.clause}</a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function badgeOf(direction: Direction): string {
  if (direction === 'stricter') return 'badge badge-good'
  return direction === 'same' ? 'badge' : 'badge badge-wrong'
}
