/**
 * What serves to sign in, across the restore of a backup: somebody may have replaced a password because it had leaked,
 * removed a passkey with its lost device, or left the mailbox of their address. A backup from before that must not make
 * it count again (decisions 14 and 21).
 *
 * Each time the account's turn grows, and is noted outside the database. After a restore, accounts whose turn is behind
 * have neither password nor passkeys: a link to the address lets their people choose a password. A second factor stays.
 * Where the address was changed since, the one that came back is set aside: nothing is sent to it, no link opens the
 * account, and its password alone lets its person in, who is asked for the address anew.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { setAside } from '../privacy/account-address.ts'
import type { Ending } from '../privacy/endings.ts'
import { endCredentials } from '../privacy/passkey-record.ts'
import type { Vault } from '../privacy/vault.ts'
import { endPending } from './_pending.ts'
import type { Customers } from './session.ts'

/** By what a turn grew: another password or a passkey less; another address. */
type Grown = 'secured' | 'moved'

/** Notes the turn that an account has from now on, before the transaction in which it gets it commits. */
export function noteTurn(
  { endings }: Vault,
  id: Id,
  turn: number,
  grown: Grown = 'secured',
): Promise<void> {
  return endings.note(grown, [id], turn.toString(16).padStart(8, '0'))
}

/** Links that came before open nothing. */
export async function nextTurn(vault: Vault, tx: Transaction, id: Id, grown: Grown): Promise<void> {
  const row = await tx.first<{ turn: number }>(
    sql`update account set turn = turn + 1 where id = ${id} returning turn`,
  )
  if (row !== undefined) await noteTurn(vault, id, row.turn, grown)
}

/** After a restore: what was replaced or removed since the backup opens nothing. Done again, it does nothing. */
export async function secureAgain(
  { database, vault, clock }: Customers,
  endings: readonly Ending[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const behind = await advance(tx, endings)
    const idsOf = (grown: Grown) => behind.filter((one) => one[grown]).map(({ id }) => id)
    const secured = idsOf('secured')
    await endCredentials(tx, secured)
    await tx.run(sql`delete from account_passkey where account_id = any(${secured}::uuid[])`)
    const moved = idsOf('moved')
    for (const id of moved) await setAside(vault, tx, id)
    await tx.run(sql`
      update account set address_lost_at = ${clock()} where id = any(${moved}::uuid[])`)
    // One that was confirmed since, or taken back, waits no more.
    const waiting = await tx.many<{ id: Id }>(
      sql`select account_id as id from account_email_change`,
    )
    await endPending(
      tx,
      waiting.map(({ id }) => id),
    )
  })
}

/** How many accounts have a former address again, of those that have not ended since. */
export async function countAddressesLost(on: Queries, endings: readonly Ending[]): Promise<number> {
  const ended = new Set(endings.filter(({ what }) => what === 'order').map(({ id }) => id))
  const moved = endings.filter(({ what, id }) => what === 'moved' && !ended.has(id))
  const { lost } = await on.one<{ lost: number }>(sql`
    select count(distinct id) as lost
    from unnest(${moved.map(({ id }) => id)}::uuid[], ${moved.map(turnOf)}::integer[])
      as line (id, turn) join account using (id)
    where account.turn < line.turn`)
  return lost
}

type Behind = { readonly id: Id } & Readonly<Record<Grown, boolean>>

/** Accounts whose turn was further when the list was written, with what had made it grow; it is as far now. */
async function advance(on: Queries, endings: readonly Ending[]): Promise<readonly Behind[]> {
  const noted = endings.filter(({ what }) => what === 'secured' || what === 'moved')
  return on.many<Behind>(sql`
    with line as (
      select * from unnest(${noted.map(({ id }) => id)}::uuid[],
        ${noted.map(turnOf)}::integer[],
        ${noted.map(({ what }) => what)}::text[]) as line (id, turn, grown)
    ), behind as (
      select id, max(line.turn) as turn, bool_or(grown = 'secured') as secured,
        bool_or(grown = 'moved') as moved
      from line join account using (id) where account.turn < line.turn group by id
    )
    update account set turn = behind.turn from behind where account.id = behind.id
    returning account.id, behind.secured, behind.moved`)
}

function turnOf({ about }: Ending): number {
  return Number.parseInt(about, 16)
}
