/** The second factor of an account: whether there is one, and how it is switched on or off. */

import type { Factor } from '../../../customers/factor.ts'
import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { Notice } from '../../../web/notice.tsx'
import { accountPage } from '../layout.tsx'
import { CodeField } from './code.tsx'

type Props = {
  readonly factor: Factor | undefined
  /** What was just done, in words. */
  readonly done: string | undefined
  readonly errors: FieldErrors
}

export function factorPage(frame: Frame, { factor, done, errors }: Props): string {
  const { factor: words } = frame.words.factors
  return accountPage(
    frame,
    { title: words.title, path: '/account/factor', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <Notice done={done} />
      <p>{words.lead}</p>
      {factor === undefined ? (
        <Begin frame={frame} errors={errors} />
      ) : (
        <On {...{ frame, factor, errors }} />
      )}
    </>,
  )
}

type FormProps = { readonly frame: Frame; readonly errors: FieldErrors }

function Begin({ frame, errors }: FormProps) {
  const { factor: words } = frame.words.factors
  return (
    <>
      <p>{words.off}</p>
      <form action="/account/factor/setup" method="post" novalidate>
        <PasswordProof frame={frame} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.begin}
          </button>
        </div>
      </form>
    </>
  )
}

function On({ frame, factor, errors }: FormProps & { readonly factor: Factor }) {
  const { factor: words } = frame.words.factors
  return (
    <>
      <p>
        {words.on} <Moment frame={frame} at={factor.createdAt} />
      </p>
      <p>
        {words.left(factor.recoveryCodesLeft)} <a href="/account/factor/codes">{words.renew}</a>
      </p>
      <h2>{words.endTitle}</h2>
      <form action="/account/factor/end" method="post" novalidate>
        <PasswordProof frame={frame} errors={errors} />
        <CodeField frame={frame} hint={words.endHint} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.end}
          </button>
        </div>
      </form>
    </>
  )
}

/** The password of now, before something about signing in changes. */
export function PasswordProof({ frame, errors }: FormProps) {
  return (
    <TextField
      words={frame.words}
      name="password"
      type="password"
      autocomplete="current-password"
      maxLength={256}
      label={frame.words.factors.password}
      errors={errors}
    />
  )
}
