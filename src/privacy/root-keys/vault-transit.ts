/**
 * A root key in HashiCorp Vault's transit engine (or OpenBao's): `transit/encrypt/:name` and `transit/decrypt/:name`.
 *
 * The key must be of an authenticated type that takes associated data (aes256-gcm96, the engine's own default, or
 * chacha20-poly1305). A wrapped key is the text `vault:v1:…` that the engine gives, which names its version: rotating
 * the key there needs nothing here.
 */

import type { RootKey } from '../keys.ts'
import { ask, textIn, unopened, unusable } from './_asking.ts'

export type TransitKey = {
  readonly kind: 'vault'
  readonly address: URL
  readonly token: string
  /** The name of the key in the engine that is mounted at `transit`. */
  readonly key: string
}

const SERVICE = 'Vault'
const REMEDY = 'Look whether Vault is unsealed, and VAULT_TOKEN may encrypt and decrypt by the key'

export function transitRootKey({ address, token, key }: TransitKey): RootKey {
  const post = (deed: 'encrypt' | 'decrypt', body: object) => {
    const base = address.href.replace(/\/$/, '')
    const url = new URL(`${base}/v1/transit/${deed}/${encodeURIComponent(key)}`)
    const headers = { 'x-vault-token': token, 'content-type': 'application/json' }
    return ask(url, headers, JSON.stringify(body))
  }
  return {
    name: 'vault',
    async wrap(secret, context) {
      const plaintext = secret.toString('base64')
      const { status, body } = await post('encrypt', { plaintext, ...boundTo(context) })
      const ciphertext = status === 200 ? textIn(body, 'data', 'ciphertext') : undefined
      if (ciphertext === undefined) throw unusable(SERVICE, status, REMEDY)
      return Buffer.from(ciphertext, 'utf8')
    },
    async unwrap(wrapped, context) {
      const ciphertext = wrapped.toString('utf8')
      const { status, body } = await post('decrypt', { ciphertext, ...boundTo(context) })
      if (status === 400) throw unopened(SERVICE)
      const plaintext = status === 200 ? textIn(body, 'data', 'plaintext') : undefined
      if (plaintext === undefined) throw unusable(SERVICE, status, REMEDY)
      return Buffer.from(plaintext, 'base64')
    },
  }
}

function boundTo(context: string) {
  return { associated_data: Buffer.from(`tacet:root:v1:${context}`, 'utf8').toString('base64') }
}
