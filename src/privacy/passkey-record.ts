/**
 * The passkeys of a person in the vault: each a record of its own, found by the look-up value of its id.
 *
 * Invariant: a passkey's id belongs to one person at most, however many bring it at once.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { addLookUps, foundBy } from './_look-ups.ts'
import { findSubjects } from './look-ups.ts'
import { Personal } from './personal.ts'
import { endRecord, openAll, sealUnderOwn, type Vault } from './vault.ts'

/** What an authenticator has registered. */
export type PasskeyKey = {
  /** Base64url, as its authenticator gave it. */
  readonly credential: string
  /** SubjectPublicKeyInfo, in base64url. */
  readonly publicKey: string
}

export type PasskeyRecord = PasskeyKey & { readonly id: Id; readonly name: string }

const KIND = 'passkey '

/** Seals a passkey under its person's key; false, and nothing is sealed, when its id is somebody's already. */
export async function sealPasskey(
  vault: Vault,
  tx: Transaction,
  { subject, id, name }: { subject: Id; id: Id; name: Personal<'passkeyName'> },
  { credential, publicKey }: PasskeyKey,
): Promise<boolean> {
  const digest = vault.keys.lookUp('passkeyCredential', credential)
  await tx.run(sql`select pg_advisory_xact_lock(${digest.readBigInt64BE(0)})`)
  if ((await personOfPasskey(vault, tx, credential)) !== undefined) return false
  const found = Personal.of('passkeyCredential', credential)
  await sealUnderOwn(vault, tx, subject, `${KIND}${id}`, [
    ...[name, found],
    Personal.of('passkeyPublicKey', publicKey),
  ])
  await addLookUps(vault.keys, tx, subject, [found])
  return true
}

/** Whose passkey an id is. */
export async function personOfPasskey(
  vault: Vault,
  on: Queries,
  credential: string,
): Promise<Id | undefined> {
  const [subject] = await findSubjects(vault, on, 'passkeyCredential', credential, 1)
  return subject
}

/** The passkeys of a person, oldest first. */
export async function passkeysHeld(
  vault: Vault,
  on: Queries,
  subject: Id,
): Promise<readonly PasskeyRecord[]> {
  const fields = ['passkeyName', 'passkeyCredential', 'passkeyPublicKey'] as const
  const opened = await openAll(vault, on, [subject], fields)
  return [...Map.groupBy(opened, ({ kind }) => kind)].flatMap(([kind, values]) => {
    const id = passkeyOf(kind)
    const [name, credential, publicKey] = fields.map((field) =>
      String(values.find((value) => value.field === field)?.value ?? ''),
    )
    return id === undefined || !name || !credential || !publicKey
      ? []
      : [{ id, name, credential, publicKey }]
  })
}

/** Ends one passkey of a person, with its look-up value. */
export async function endPasskey(
  vault: Vault,
  tx: Transaction,
  subject: Id,
  id: Id,
): Promise<void> {
  const held = (await passkeysHeld(vault, tx, subject)).find((passkey) => passkey.id === id)
  if (held === undefined) return
  await endRecord(tx, subject, `${KIND}${id}`)
  const digest = vault.keys.lookUp('passkeyCredential', held.credential)
  await foundBy(
    vault.keys,
    tx,
    digest,
    (covers) => sql`
      delete from blind_index where subject = ${subject} and field = 'passkeyCredential'
        and covered = any(${covers}::bytea[]) returning subject`,
  )
}

/** Ends the passwords and passkeys of people: nothing but a link to their address lets them in. */
export async function endCredentials(tx: Transaction, subjects: readonly Id[]): Promise<void> {
  await tx.run(sql`
    with index as (delete from blind_index
      where subject = any(${subjects}::uuid[]) and field = 'passkeyCredential')
    delete from sealed_record where subject = any(${subjects}::uuid[])
      and (kind = 'credentials' or kind like ${`${KIND}%`})`)
}

/** The id of the passkey that a record is about. */
export function passkeyOf(kind: string): Id | undefined {
  return kind.startsWith(KIND) ? kind.slice(KIND.length) : undefined
}
