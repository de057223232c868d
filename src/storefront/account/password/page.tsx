/** The page on which a person changes the password of their account. */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { accountPage } from '../layout.tsx'

export function passwordPage(frame: Frame, errors: FieldErrors = {}): string {
  const { password: words, newPassword } = frame.words.account
  const shared = { words: frame.words, errors, type: 'password', maxLength: 256 } as const
  return accountPage(
    frame,
    { title: words.title, path: '/account/password', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <p>{words.hint}</p>
      <form action="/account/password" method="post" novalidate>
        <TextField {...shared} name="old" label={words.old} autocomplete="current-password" />
        <TextField
          {...shared}
          name="password"
          label={newPassword.label}
          hint={newPassword.hint}
          autocomplete="new-password"
        />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
          <a href="/account/sign-up">{words.forgotten}</a>
        </div>
      </form>
    </>,
  )
}
