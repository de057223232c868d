/**
 * An authenticator with its browser, for tests of what a real one would never send. Real ceremonies are in
 * `test/journeys/passkey.test.ts`.
 */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { SentAssertion, SentRegistration, Site } from '../../src/credentials/passkey.ts'

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256' | 'ES384' | 'RSA-1024' | 'RSA by 3'

type Made = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const KEYS: Readonly<Record<Algorithm, () => Made>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA-1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'RSA by 3': () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
}

/** How it differs from what it should be. */
export type Wrong = {
  readonly origin?: string
  readonly host?: string
  readonly type?: string
  readonly flags?: number
  readonly signCount?: number
  readonly more?: Readonly<Record<string, unknown>>
}

export interface Authenticator {
  readonly credential: string
  register(challenge: string, wrong?: Wrong): SentRegistration
  signIn(challenge: string, userHandle: string, wrong?: Wrong): SentAssertion
}

const PRESENT_AND_VERIFIED = 0x05
const ATTESTED = 0x40

export function newAuthenticator(
  site: Site,
  algorithm: Algorithm = 'ES256',
  id = randomBytes(32),
): Authenticator {
  const { publicKey, privateKey } = KEYS[algorithm]()
  const credential = id.toString('base64url')
  const digest = algorithm === 'EdDSA' ? null : 'sha256'

  const clientData = (type: string, challenge: string, { origin, more = {}, ...wrong }: Wrong) =>
    Buffer.from(
      JSON.stringify({
        ...{ type: wrong.type ?? type, challenge, origin: origin ?? site.origin },
        ...{ crossOrigin: false, ...more },
      }),
    )

  const data = (flags: number, { host = site.host, signCount = 0, ...wrong }: Wrong) => {
    const head = Buffer.alloc(37)
    createHash('sha256').update(host).digest().copy(head)
    head.writeUInt8(wrong.flags ?? flags, 32)
    head.writeUInt32BE(signCount, 33)
    return head
  }

  return {
    credential,
    register(challenge, wrong = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authenticatorData = Buffer.concat([
        ...[data(PRESENT_AND_VERIFIED | ATTESTED, wrong), Buffer.alloc(16), length, id],
      ])
      return {
        clientData: clientData('webauthn.create', challenge, wrong).toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
      }
    },
    signIn(challenge, userHandle, wrong = {}) {
      const authenticatorData = data(PRESENT_AND_VERIFIED, wrong)
      const said = clientData('webauthn.get', challenge, wrong)
      const hash = createHash('sha256').update(said).digest()
      return {
        ...{ credential, userHandle, clientData: said.toString('base64url') },
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign(digest, Buffer.concat([authenticatorData, hash]), privateKey).toString(
          'base64url',
        ),
      }
    },
  }
}
