/** Asking for the way into an account: an e-mail address, and the answer that is the same for every address. */

import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { page } from '../../../web/layout.tsx'

type Wrong = { readonly typed: string; readonly errors: FieldErrors }

export function signUpPage(frame: Frame, wrong?: Wrong): string {
  const { signUp: words } = frame.words.account
  const errors = wrong?.errors ?? {}
  return page(
    frame,
    { title: words.title, path: '/account', unlisted: true, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action="/account/sign-up" method="post" novalidate>
        <TextField
          words={frame.words}
          name="email"
          type="email"
          autocomplete="email"
          label={words.email}
          hint={words.hint}
          errors={errors}
          value={wrong?.typed}
        />
        <p class="quiet small">{words.kept}</p>
        <div class="actions">
          <button class="button" type="submit">
            {words.send}
          </button>
          <a href="/account/sign-in">{words.toSignIn}</a>
        </div>
      </form>
    </>,
  )
}

export function sentPage(frame: Frame): string {
  const { sent: words } = frame.words.account
  return page(
    frame,
    { title: words.title, path: '/account', unlisted: true },
    <>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <p>{words.same}</p>
      <p class="quiet small">
        {words.again} <a href="/account/sign-up">{words.back}</a>
      </p>
    </>,
  )
}
