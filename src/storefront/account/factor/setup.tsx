/** Setting the second factor up: the secret as a picture and as text, and a code of it. */

import { base32, keyUri } from '../../../credentials/one-time-code.ts'
import type { Setup } from '../../../customers/factor.ts'
import { ErrorSummary, type FieldErrors, hasErrors } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { QrCode } from '../../../web/qr.tsx'
import { accountPage } from '../layout.tsx'
import { CodeField } from './code.tsx'

export function setupPage(
  frame: Frame,
  { secret, token }: Setup,
  errors: FieldErrors = {},
): string {
  const { setup: words } = frame.words.factors
  return accountPage(
    frame,
    { title: words.title, path: '/account/factor', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <h2>{words.scan}</h2>
      <QrCode text={keyUri(secret, frame.shop.name)} label={words.picture} />
      <p>
        {words.type} <code class="secret">{inGroups(base32(secret))}</code>
      </p>
      <p class="quiet small">{words.kind}</p>
      <h2>{words.enter}</h2>
      <form action="/account/factor" method="post" novalidate>
        <input type="hidden" name="setup" value={token} />
        <CodeField frame={frame} hint={words.hint} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
        </div>
      </form>
    </>,
  )
}

/** As apps show it: four characters at a time. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? ''
}
