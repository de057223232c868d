/**
 * A ceremony of Web Authentication: the form that `public/passkey.js` fills in, after it has handed the browser what
 * the page holds. Without JavaScript it says what to do in its place.
 */

import type { ComponentChildren } from 'preact'
import type { Site } from '../../../credentials/passkey.ts'
import type { Frame } from '../../../web/frame.ts'

type Props = {
  readonly frame: Frame
  readonly action: string
  /** What the browser does, and what it is told for it. */
  readonly ceremony: 'create' | 'get'
  readonly options: Readonly<Record<string, unknown>>
  /** The fields that come filled in. */
  readonly hidden: Readonly<Record<string, string>>
  /** What went wrong on the way before; then the browser does not ask by itself. */
  readonly problem?: string | undefined
  readonly children: ComponentChildren
}

const ANSWER = {
  create: ['clientData', 'authenticatorData', 'publicKey'],
  get: ['credential', 'clientData', 'authenticatorData', 'signature', 'userHandle'],
} as const

/** As long as a challenge is good for. */
const TIMEOUT_MS = 15 * 60_000

export function Ceremony({ frame, action, ceremony, options, problem, ...rest }: Props) {
  const { ceremony: words } = frame.words.factors
  const fields = [...Object.entries(rest.hidden), ...ANSWER[ceremony].map((name) => [name, ''])]
  return (
    <form
      action={action}
      method="post"
      data-passkey={ceremony}
      data-options={JSON.stringify({ ...options, timeout: TIMEOUT_MS })}
      data-begin={problem === undefined ? '' : undefined}
    >
      {fields.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <noscript>
        <p class="notice">{words.noScript}</p>
      </noscript>
      {problem && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      {Object.entries(words.problems).map(([name, text]) => (
        <p class="notice" role="alert" data-problem={name} key={name} hidden>
          {text}
        </p>
      ))}
      <p class="actions">
        <button class="button" type="button" hidden>
          {words.button}
        </button>
        {rest.children}
      </p>
    </form>
  )
}

/** What a browser is told to make a passkey: found without a name, its user verified, its maker not asked for. */
export function creationOptions(
  site: Site,
  shopName: string,
  about: { challenge: string; userHandle: string; email: string; known: readonly string[] },
) {
  const { challenge, userHandle: id, email: name, known } = about
  return {
    challenge,
    rp: { id: site.host, name: shopName },
    user: { id, name, displayName: name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: known.map((id) => ({ type: 'public-key', id })),
    authenticatorSelection: {
      ...{ residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    },
    attestation: 'none',
  }
}

/** ES256, EdDSA and RS256, by their numbers in COSE and in the order of our preference. */
const ALGORITHMS = [-7, -8, -257]
