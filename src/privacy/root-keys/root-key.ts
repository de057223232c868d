/**
 * Where the root key lies: in a file, in HashiCorp Vault's transit engine, or in AWS KMS.
 *
 * The two services keep the key to themselves and wrap generation keys when they are asked: 32 random bytes and the
 * name of the secret leave, nothing about anybody. A store whose service is down does not start; one that runs goes
 * on, with the keys that it has in memory, and makes its next generation when the service is back.
 */

import type { Clock } from '../../base/clock.ts'
import { fileRootKey, type RootKey } from '../keys.ts'
import { type KmsKey, kmsRootKey } from './aws-kms.ts'
import { type TransitKey, transitRootKey } from './vault-transit.ts'

export type RootKeyPlace = { readonly kind: 'file'; readonly file: string } | TransitKey | KmsKey

export function openRootKey(place: RootKeyPlace, clock: Clock): Promise<RootKey> {
  if (place.kind === 'file') return fileRootKey(place.file)
  return Promise.resolve(place.kind === 'vault' ? transitRootKey(place) : kmsRootKey(place, clock))
}
