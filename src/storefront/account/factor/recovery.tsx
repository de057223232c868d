/** Recovery codes: shown once, when the second factor is switched on or when both proofs have renewed them. */

import { ErrorSummary, type FieldErrors, hasErrors } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Notice } from '../../../web/notice.tsx'
import { accountPage } from '../layout.tsx'
import { CodeField } from './code.tsx'
import { PasswordProof } from './page.tsx'

/** @param done what was just done, in words. */
export function recoveryPage(frame: Frame, codes: readonly string[], done: string): string {
  const { recovery: words } = frame.words.factors
  return accountPage(
    frame,
    { title: words.title, path: '/account/factor' },
    <>
      <h1>{words.title}</h1>
      <Notice done={done} />
      <p>{words.lead}</p>
      <ul class="card codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <a class="button" href="/account/factor">
          {words.kept}
        </a>
      </p>
    </>,
  )
}

export function renewalPage(frame: Frame, errors: FieldErrors = {}): string {
  const { recovery: words, factor } = frame.words.factors
  return accountPage(
    frame,
    { title: words.renewTitle, path: '/account/factor', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.renewTitle}</h1>
      <p>{words.renewLead}</p>
      <form action="/account/factor/codes" method="post" novalidate>
        <PasswordProof frame={frame} errors={errors} />
        <CodeField frame={frame} hint={factor.endHint} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.renew}
          </button>
          <a href="/account/factor">{words.keepOld}</a>
        </div>
      </form>
    </>,
  )
}
