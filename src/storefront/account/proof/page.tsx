/** Asking for the password once more. Whoever has none signs in anew, which proves as much. */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { PLACE } from '../data-door.ts'
import { accountPage } from '../layout.tsx'
import { PasskeyWay } from '../passkey-sign-in/page.tsx'

type Props = {
  /** Where it leads to. */
  readonly to: string
  readonly errors?: FieldErrors
}

export function proofPage(frame: Frame, { to, errors = {} }: Props): string {
  const { proof: words } = frame.words.ownOrders
  const shared = { words: frame.words, errors }
  return accountPage(
    frame,
    {
      title: words.title,
      path: to.startsWith(PLACE) ? PLACE : '/account',
      hasErrors: hasErrors(errors),
    },
    <>
      <ErrorSummary {...shared} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action="/account/proof" method="post" novalidate>
        <input type="hidden" name="to" value={to} />
        <TextField
          {...shared}
          name="password"
          type="password"
          autocomplete="current-password"
          maxLength={256}
          label={words.password}
        />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
        </div>
      </form>
      <PasskeyWay frame={frame} to={to} />
      <p class="quiet small">{words.otherwise}</p>
    </>,
  )
}
