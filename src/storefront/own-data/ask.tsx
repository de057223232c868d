/** Asking for one's own data: an e-mail address, and the answer that is the same for every address. */

import { ErrorSummary, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'

type Wrong = { readonly typed: string; readonly error: string }

export function askPage(frame: Frame, wrong?: Wrong): string {
  const { ask } = frame.words.data
  const errors = wrong === undefined ? {} : { email: wrong.error }
  return page(
    frame,
    { title: ask.title, unlisted: true, hasErrors: wrong !== undefined },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{ask.title}</h1>
      <p>{ask.lead}</p>
      <form action="/privacy/data" method="post" novalidate>
        <TextField
          words={frame.words}
          name="email"
          type="email"
          autocomplete="email"
          label={ask.email}
          hint={ask.hint}
          errors={errors}
          value={wrong?.typed}
        />
        <p class="quiet small">{ask.kept}</p>
        <div class="actions">
          <button class="button" type="submit">
            {ask.send}
          </button>
        </div>
      </form>
    </>,
  )
}

export function sentPage(frame: Frame): string {
  const { sent } = frame.words.data
  return page(
    frame,
    { title: sent.title, unlisted: true },
    <>
      <h1>{sent.title}</h1>
      <p>{sent.text}</p>
      <p>{sent.same}</p>
      <p class="quiet small">
        {sent.again} <a href="/privacy/data">{sent.back}</a>
      </p>
    </>,
  )
}
