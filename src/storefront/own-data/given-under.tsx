/** Under which revision of the policy an order's data was given, and whether a later one has come since (C9). */

import { policy } from '../../privacy/policy.ts'
import type { Frame } from '../../web/frame.ts'

type Props = { readonly frame: Frame; readonly revision: string }

export function GivenUnder({ frame, revision }: Props) {
  const { revisions: words } = frame.words
  if (revision === policy.revision) {
    return (
      <p class="small">
        {words.given(revision)}: {words.unchanged}
      </p>
    )
  }
  return (
    <p class="small">
      {words.given(revision)}: {words.later} <a href="/privacy/revisions">{words.seeChanges}</a>
    </p>
  )
}
