/** The sign-in page. It says that address or password are wrong, never which. */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { page } from '../../../web/layout.tsx'
import { PasskeyWay } from '../passkey-sign-in/page.tsx'

type Props = {
  /** Where the sign-in leads to. */
  readonly to: string
  readonly typed?: string
  readonly errors?: FieldErrors
}

export function signInPage(frame: Frame, { to, typed = '', errors = {} }: Props): string {
  const { signIn: words } = frame.words.account
  const shared = { words: frame.words, errors }
  return page(
    frame,
    { title: words.title, path: '/account', unlisted: true, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary {...shared} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action="/account/sign-in" method="post" novalidate>
        <input type="hidden" name="to" value={to} />
        <TextField
          {...shared}
          name="email"
          type="email"
          autocomplete="username"
          label={words.email}
          value={typed}
        />
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
          <a href="/account/sign-up">{words.toSignUp}</a>
        </div>
      </form>
      <PasskeyWay frame={frame} to={to} />
    </>,
  )
}
