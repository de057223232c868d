/** The second step of a sign-in: the answer to the first, without an address of its own. */

import { ErrorSummary, type FieldErrors, hasErrors } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { page } from '../../../web/layout.tsx'
import { CodeField } from '../factor/code.tsx'

type Props = {
  readonly secondStep: string
  /** Where the sign-in leads to. */
  readonly to: string
  readonly errors?: FieldErrors
}

export function secondStepPage(frame: Frame, { secondStep, to, errors = {} }: Props): string {
  const { step: words } = frame.words.factors
  return page(
    frame,
    { title: words.title, path: '/account', unlisted: true, hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <form action="/account/sign-in/code" method="post" novalidate>
        <input type="hidden" name="step" value={secondStep} />
        <input type="hidden" name="to" value={to} />
        <CodeField frame={frame} hint={words.hint} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
          <a href="/account/sign-in">{words.again}</a>
        </div>
      </form>
      <p class="quiet small">
        {words.lost} <a href="/privacy/data">{words.ownData}</a>
      </p>
    </>,
  )
}
