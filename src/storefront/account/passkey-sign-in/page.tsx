/** Signing in with a passkey: no address is typed, since the device knows whose it is. */

import type { Site } from '../../../credentials/passkey.ts'
import type { Frame } from '../../../web/frame.ts'
import { page } from '../../../web/layout.tsx'
import { Ceremony } from '../passkeys/ceremony.tsx'
import { siteOf } from '../passkeys/site.ts'

type Props = {
  readonly challenge: string
  readonly site: Site
  /** Where the sign-in leads to. */
  readonly to: string
  readonly problem?: string
}

export function passkeyPage(frame: Frame, { challenge, site, to, problem }: Props): string {
  const { ceremony: words } = frame.words.factors
  const options = { challenge, rpId: site.host, userVerification: 'required' }
  const fields = { ceremony: 'get', options, hidden: { to }, problem } as const
  return page(
    frame,
    {
      ...{ title: words.signIn, path: '/account', unlisted: true, script: 'passkey.js' },
      hasErrors: problem !== undefined,
    },
    <>
      <h1>{words.signIn}</h1>
      <p>{words.now}</p>
      <Ceremony frame={frame} action="/account/sign-in/passkey/answer" {...fields}>
        <a href="/account/sign-in">{words.usePassword}</a>
      </Ceremony>
    </>,
  )
}

/** The way there, beside the sign-in by password; nothing where the shop has no name. */
export function PasskeyWay({ frame, to }: { readonly frame: Frame; readonly to: string }) {
  if (siteOf(frame.shop) === undefined) return null
  return (
    <form class="actions" action="/account/sign-in/passkey" method="post">
      <input type="hidden" name="to" value={to} />
      <button class="button-quiet" type="submit">
        {frame.words.factors.ceremony.signIn}
      </button>
    </form>
  )
}
