/** Under which revision of the policy an order's data was given, and whether a later one has come since (C9). */

import { policy } from '../../privacy/policy.ts'
import type { Frame } from '../../web/frame.ts'

type Props = { readonly frame: Frame; readonly revision: string }

export function GivenUnder({ frame, revision }: Props) {
  const { revisions: words } = frame.words
  return (
    <p class="small">
      {words.given(revision)}: {revision === policy.revision ? words.unchanged : words.later}{' '}
      <a href="/privacy/revisions">{words.seeChanges}</a>
    </p>
  )
}
