/**
 * The sign-in page. It says that name or password are wrong, never which.
 */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../web/form.tsx'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'

type Props = {
  readonly errors?: FieldErrors
  readonly login?: string
  /** Where the sign-in leads to. */
  readonly to: string
}

export function signInPage(office: BackOffice, { errors = {}, login = '', to }: Props): string {
  const { words } = office.frame
  const { session } = words.backoffice
  const shared = { words, errors, maxLength: 256 }
  return officePage(
    office,
    undefined,
    { title: session.title, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      <h1>{session.title}</h1>
      <form action="/admin/session" method="post" novalidate>
        <input type="hidden" name="to" value={to} />
        <TextField
          {...shared}
          name="login"
          label={session.login}
          value={login}
          autocomplete="username"
        />
        <TextField
          {...shared}
          name="password"
          label={session.password}
          type="password"
          autocomplete="current-password"
        />
        <p class="actions">
          <button class="button" type="submit">
            {session.button}
          </button>
        </p>
      </form>
    </>,
  )
}
