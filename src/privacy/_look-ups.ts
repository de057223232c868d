/** The look-up values (blind index) that a personal value has. */

import { type LookUpField, normalised } from './_normalised.ts'
import type { Keys } from './keys.ts'
import type { Personal } from './personal.ts'

const INDEXED: readonly LookUpField[] = [
  'email',
  'phone',
  'lastName',
  'postalCode',
  'passkeyCredential',
]

export function lookUps(
  keys: Keys,
  personal: Personal,
): readonly { field: string; digest: Buffer }[] {
  const value = personal.reveal()
  const text = typeof value === 'string' ? value : 'postalCode' in value ? value.postalCode : ''
  const field = INDEXED.find((name) => name === personal.field || isPostalCode(name, personal))
  if (field === undefined) return []
  const known = normalised(field, text)
  return known === '' ? [] : [{ field, digest: keys.lookUp(field, known) }]
}

function isPostalCode(name: LookUpField, personal: Personal): boolean {
  return name === 'postalCode' && personal.field === 'postalAddress'
}
