/** Asking for a link to an e-mail address, and the answer, which is the same for every address. */

import type { ComponentChildren } from 'preact'
import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../web/form.tsx'
import type { Frame } from '../web/frame.ts'
import { type Head, page } from '../web/layout.tsx'

export type Wrong = { readonly typed: string; readonly errors: FieldErrors }

type Asking = Pick<Head, 'path'> & {
  readonly action: string
  readonly words: Readonly<Record<'title' | 'lead' | 'email' | 'hint' | 'kept' | 'send', string>>
  /** Beside the button. */
  readonly otherwise?: ComponentChildren
}

export function askingPage(
  frame: Frame,
  { action, words, otherwise, ...head }: Asking,
  wrong?: Wrong,
): string {
  const errors = wrong?.errors ?? {}
  return page(
    frame,
    { ...head, title: words.title, unlisted: true, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action={action} method="post" novalidate>
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
          {otherwise}
        </div>
      </form>
    </>,
  )
}

type Sent = Pick<Head, 'path'> & {
  readonly words: Readonly<Record<'title' | 'text' | 'same' | 'again' | 'back', string>>
  /** The page to ask on again. */
  readonly back: string
}

export function askedPage(frame: Frame, { words, back, ...head }: Sent): string {
  return page(
    frame,
    { ...head, title: words.title, unlisted: true },
    <>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <p>{words.same}</p>
      <p class="quiet small">
        {words.again} <a href={back}>{words.back}</a>
      </p>
    </>,
  )
}
