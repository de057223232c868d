/**
 * Whose a paper is, in the vault: sealed under a key of the document's own, which lives as long as the paper (C4.1).
 *
 * No look-up value is made of it: nobody finds papers by a name.
 */

import { sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { sealFields } from './_sealed-fields.ts'
import type { Personal } from './personal.ts'
import { policy } from './policy.ts'
import type { Vault } from './vault.ts'

const KIND = 'paper'

/** Makes a document's key and seals whose it is under it. */
export async function sealDocument(
  { keys }: Vault,
  tx: Transaction,
  document: Id,
  owner: readonly Personal[],
): Promise<void> {
  const { key, wrapped } = keys.newDataKey('document', document)
  const { names, sealed } = sealFields(key, document, KIND, owner)
  await tx.run(sql`
    with key as (
      insert into data_key (id, kind, generation, wrapped)
      values (${document}, 'document', ${wrapped.generation}, ${wrapped.wrapped})
    )
    insert into sealed_record (subject, kind, key_id, names, sealed, revision)
    values (${document}, ${KIND}, ${document}, ${names}, ${sealed}, ${policy.revision})`)
}
