/** Choosing the password of an account, by a link that came to its address. */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { page } from '../../../web/layout.tsx'

export function newPasswordPage(frame: Frame, token: string, errors: FieldErrors = {}): string {
  const { newPassword: words } = frame.words.account
  return page(
    frame,
    { title: words.title, path: '/account', unlisted: true, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action={`/account/password/${token}`} method="post" novalidate>
        <TextField
          words={frame.words}
          name="password"
          type="password"
          autocomplete="new-password"
          maxLength={256}
          label={words.label}
          hint={words.hint}
          errors={errors}
        />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
        </div>
      </form>
    </>,
  )
}
