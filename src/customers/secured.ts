/**
 * What serves to sign in, across the restore of a backup: somebody may have replaced a password because it had leaked,
 * or removed a passkey with its lost device. A backup from before that must not make it count again (decision 0014).
 *
 * Each time the account's turn grows, and is noted outside the database. After a restore, accounts whose turn is behind
 * have neither password nor passkeys: a link to the address lets their people choose a password. A second factor stays.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import type { Ending } from '../privacy/endings.ts'
import { endCredentials } from '../privacy/passkey-record.ts'
import type { Vault } from '../privacy/vault.ts'
import type { Customers } from './session.ts'

/** Notes the turn that an account has from now on, before the transaction in which it gets it commits. */
export function noteTurn({ endings }: Vault, id: Id, turn: number): Promise<void> {
  return endings.note('secured', [id], turn.toString(16).padStart(8, '0'))
}

/** For an account of which something was removed that served to sign in: links that came before open nothing. */
export async function nextTurn(vault: Vault, tx: Transaction, id: Id): Promise<void> {
  const row = await tx.first<{ turn: number }>(
    sql`update account set turn = turn + 1 where id = ${id} returning turn`,
  )
  if (row !== undefined) await noteTurn(vault, id, row.turn)
}

/** After a restore: what was replaced or removed since the backup opens nothing. Done again, it does nothing. */
export async function secureAgain(
  { database }: Pick<Customers, 'database'>,
  endings: readonly Ending[],
): Promise<void> {
  const noted = endings.filter(({ what }) => what === 'secured')
  await database.transaction(async (tx) => {
    const behind = await advance(tx, noted)
    await endCredentials(tx, behind)
    await tx.run(sql`delete from account_passkey where account_id = any(${behind}::uuid[])`)
  })
}

/** Accounts whose turn was further when the list was written; it is as far now. */
async function advance(on: Queries, noted: readonly Ending[]): Promise<readonly Id[]> {
  const rows = await on.many<{ id: Id }>(sql`
    update account set turn = noted.turn
    from (select id, max(turn) as turn
      from unnest(${noted.map(({ id }) => id)}::uuid[],
        ${noted.map(({ about }) => Number.parseInt(about, 16))}::integer[]) as line (id, turn)
      group by id) as noted
    where account.id = noted.id and account.turn < noted.turn
    returning account.id`)
  return rows.map(({ id }) => id)
}
