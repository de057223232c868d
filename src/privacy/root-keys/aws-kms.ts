/**
 * A root key in AWS KMS: its operations Encrypt and Decrypt, signed by Signature Version 4.
 *
 * The official SDK would bring an HTTP client of its own; two operations are this file, and go out by `base/egress.ts`
 * as everything does. The key's name is in each question, so that KMS opens by no other one.
 */

import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { RootKey } from '../keys.ts'
import { ask, textIn, unopened, unusable } from './_asking.ts'

export type KmsKey = {
  readonly kind: 'aws-kms'
  readonly endpoint: URL
  readonly region: string
  readonly keyId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const SERVICE = 'AWS KMS'
const REMEDY = 'Look at the AWS_ settings, the clock, and whether the user may Encrypt and Decrypt'
const NOT_OURS = /(InvalidCiphertext|IncorrectKey)Exception$/

export function kmsRootKey(of: KmsKey, clock: Clock): RootKey {
  const post = (operation: 'Encrypt' | 'Decrypt', context: string, members: object) => {
    const EncryptionContext = { tacet: `root:v1:${context}` }
    const body = JSON.stringify({ KeyId: of.keyId, EncryptionContext, ...members })
    return ask(of.endpoint, signedHeaders(of, operation, body, clock()), body)
  }
  return {
    name: 'aws-kms',
    async wrap(secret, context) {
      const Plaintext = secret.toString('base64')
      const { status, body } = await post('Encrypt', context, { Plaintext })
      const blob = status === 200 ? textIn(body, 'CiphertextBlob') : undefined
      if (blob === undefined) throw unusable(SERVICE, status, REMEDY)
      return Buffer.from(blob, 'base64')
    },
    async unwrap(wrapped, context) {
      const CiphertextBlob = wrapped.toString('base64')
      const { status, body } = await post('Decrypt', context, { CiphertextBlob })
      if (NOT_OURS.test(textIn(body, '__type') ?? '')) throw unopened(SERVICE)
      const plaintext = status === 200 ? textIn(body, 'Plaintext') : undefined
      if (plaintext === undefined) throw unusable(SERVICE, status, REMEDY)
      return Buffer.from(plaintext, 'base64')
    },
  }
}

function signedHeaders(of: KmsKey, operation: string, body: string, at: Temporal.Instant) {
  const time = at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': time,
    'x-amz-target': `TrentService.${operation}`,
  }
  const names = 'content-type;host;x-amz-date;x-amz-target'
  const canonical = [
    'POST\n/\n',
    `content-type:${headers['content-type']}`,
    `host:${of.endpoint.host}`,
    `x-amz-date:${time}`,
    `x-amz-target:${headers['x-amz-target']}`,
    `\n${names}\n${sha256(body)}`,
  ].join('\n')
  const scope = `${time.slice(0, 8)}/${of.region}/kms/aws4_request`
  const key = signingKey(of.secretAccessKey, scope)
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${of.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names}, Signature=${signature.toString('hex')}`
  return { ...headers, authorization }
}

/** The key of a scope `YYYYMMDD/region/service/aws4_request`. */
export function signingKey(secretAccessKey: string, scope: string): Buffer {
  return scope.split('/').reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`, 'utf8'))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
