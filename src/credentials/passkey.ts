/**
 * Passkeys: what a browser brings back from an authenticator, read and checked (W3C Web Authentication Level 3, 7.1
 * and 7.2).
 *
 * No attestation is asked for, so whoever registers says themselves which public key is theirs: it is taken as the
 * browser hands it over (section 5.2.1.1), and any statement beside it is not looked at.
 *
 * Invariant: nothing counts that was not made for this shop's own origin, with its user verified by the authenticator.
 */

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** Whom a passkey is for: the relying party of the standard. */
export type Site = {
  /** `https://shop.example`. */
  readonly origin: string
  /** The host alone, which is the relying party's id. */
  readonly host: string
}

/** What a page sends of a new passkey, each in base64url. */
export type SentRegistration = {
  readonly clientData: string
  readonly authenticatorData: string
  readonly publicKey: string
}

/** What a page sends of a sign-in, each in base64url. */
export type SentAssertion = {
  readonly credential: string
  readonly clientData: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle: string
}

export type Registered = {
  readonly credential: string
  readonly publicKey: string
  readonly signCount: number
  /** Ours, to be looked at: whether it was made for this, and in time. */
  readonly challenge: string
}

export type Asserted = Pick<Registered, 'challenge' | 'signCount'>

const PRESENT = 0x01
const VERIFIED = 0x04
const BACKUP_ELIGIBLE = 0x08
const BACKED_UP = 0x10
const ATTESTED = 0x40
const FLAGS_AT = 32
const COUNT_AT = 33
const ID_LENGTH_AT = 53
const ID_AT = 55
const LONGEST_ID = 1023
const RSA_BITS = { least: 2048, most: 4096 }
/** The one that authenticators use; a long one would make each check slow. */
const RSA_EXPONENT = 65_537n

/** A new passkey; undefined when anything about it is not as it has to be. */
export function readRegistration(site: Site, sent: SentRegistration): Registered | undefined {
  const clientData = bytesOf(sent.clientData)
  const data = bytesOf(sent.authenticatorData)
  const challenge = challengeIn(site, 'webauthn.create', clientData)
  if (challenge === undefined || !isOfVerifiedUser(site, data, ATTESTED)) return undefined
  const key = keyOf(sent.publicKey)
  if (data.length < ID_AT || key === undefined) return undefined
  const length = data.readUInt16BE(ID_LENGTH_AT)
  const id = data.subarray(ID_AT, ID_AT + length)
  if (length === 0 || length > LONGEST_ID || id.length !== length) return undefined
  return {
    credential: id.toString('base64url'),
    // Written anew, so that nothing stands behind it.
    publicKey: key.export({ format: 'der', type: 'spki' }).toString('base64url'),
    signCount: data.readUInt32BE(COUNT_AT),
    challenge,
  }
}

/** The challenge that a sign-in answers, before it is known whose it is; undefined for what cannot be one. */
export function readAssertion(site: Site, sent: SentAssertion): Asserted | undefined {
  const data = bytesOf(sent.authenticatorData)
  const challenge = challengeIn(site, 'webauthn.get', bytesOf(sent.clientData))
  if (challenge === undefined || !isOfVerifiedUser(site, data)) return undefined
  return { challenge, signCount: data.readUInt32BE(COUNT_AT) }
}

/** Whether a sign-in was signed by the key of a passkey. */
export function isSignedBy(publicKey: string, sent: SentAssertion): boolean {
  const key = keyOf(publicKey)
  if (key === undefined) return false
  const hash = createHash('sha256').update(bytesOf(sent.clientData)).digest()
  const signed = Buffer.concat([bytesOf(sent.authenticatorData), hash])
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return verify(digest, signed, key, bytesOf(sent.signature))
}

/** Empty for what is not base64url as it is written without padding. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : Buffer.alloc(0)
}

/** The challenge in the browser's own data, when that is of this ceremony, on a page of this shop and in no frame. */
function challengeIn(site: Site, type: string, bytes: Buffer): string | undefined {
  const said = parsed(bytes)
  const isOurs =
    said.get('type') === type &&
    said.get('origin') === site.origin &&
    (said.get('crossOrigin') ?? false) === false &&
    !said.has('topOrigin')
  const challenge = said.get('challenge')
  return isOurs && typeof challenge === 'string' ? challenge : undefined
}

function parsed(bytes: Buffer): ReadonlyMap<string, unknown> {
  try {
    const said: unknown = JSON.parse(bytes.toString('utf8'))
    return new Map(typeof said === 'object' && said !== null ? Object.entries(said) : [])
  } catch {
    return new Map()
  }
}

/** A passkey is backed up only where it can be (section 6.1.3). */
function isOfVerifiedUser({ host }: Site, data: Buffer, more = 0): boolean {
  if (data.length < COUNT_AT + 4) return false
  if (!data.subarray(0, FLAGS_AT).equals(createHash('sha256').update(host).digest())) return false
  const flags = data.readUInt8(FLAGS_AT)
  const wanted = PRESENT | VERIFIED | more
  if ((flags & BACKED_UP) !== 0 && (flags & BACKUP_ELIGIBLE) === 0) return false
  return (flags & wanted) === wanted
}

/** A public key of one of our algorithms; undefined for any other, and for what is none. */
function keyOf(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: bytesOf(publicKey), format: 'der', type: 'spki' })
    return isOfOurs(key) ? key : undefined
  } catch {
    return undefined
  }
}

function isOfOurs({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'ed25519') return true
  if (type === 'ec') return details?.namedCurve === 'prime256v1'
  const bits = details?.modulusLength ?? 0
  const isUsual = bits >= RSA_BITS.least && bits <= RSA_BITS.most
  return type === 'rsa' && isUsual && details?.publicExponent === RSA_EXPONENT
}
