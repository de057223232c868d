/**
 * What serves to sign in, across the restore of a backup: somebody may have replaced a password because it had leaked,
 * removed a passkey with its lost device, switched a second factor on or off, or left the mailbox of their address. A
 * backup from before that must not make it count again (decisions 14, 21 and 30).
 *
 * Each time the account's turn grows, and is noted outside the database. After a restore, accounts whose turn is behind
 * have neither password nor passkeys: a link to the address lets their people choose a password. A second factor stays,
 * unless it was switched off since. One that was switched on since is lost with its secret; so that the account is not
 * less protected than its person left it, its password ends as well, and they are told.
 * Where the address was changed since, the one that came back is set aside: nothing is sent to it, no link opens the
 * account, and its password alone lets its person in, who is asked for the address anew.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { setAside } from '../privacy/account-address.ts'
import type { Ending } from '../privacy/endings.ts'
import { endCredentials } from '../privacy/passkey-record.ts'
import { endRecord, openHeld, type Vault } from '../privacy/vault.ts'
import { endPending } from './_pending.ts'
import type { Tell } from './account-notice.ts'
import { endFactor } from './second-step.ts'
import type { Customers } from './session.ts'

/** By what a turn grew: another password or a passkey less; another address; a second factor more, or less. */
const GROWN = ['secured', 'moved', 'guarded', 'unguarded'] as const
type Grown = (typeof GROWN)[number]

/** Notes the turn that an account has from now on, before the transaction in which it gets it commits. */
export function noteTurn(
  { endings }: Vault,
  id: Id,
  turn: number,
  grown: Grown = 'secured',
): Promise<void> {
  return endings.note(grown, [id], turn.toString(16).padStart(8, '0'))
}

/** Links that came before open nothing, so that no change of the address waits for one. */
export async function nextTurn(vault: Vault, tx: Transaction, id: Id, grown: Grown): Promise<void> {
  const row = await tx.first<{ turn: number }>(
    sql`update account set turn = turn + 1 where id = ${id} returning turn`,
  )
  if (row === undefined) return
  await endPending(tx, [id])
  await noteTurn(vault, id, row.turn, grown)
}

/**
 * After a restore: what was replaced, removed or given up since the backup opens nothing. Done again, it does nothing.
 *
 * @param tell tells the address of what has become of a second factor.
 */
export async function secureAgain(
  { database, vault, clock }: Customers,
  endings: readonly Ending[],
  tell?: Tell,
): Promise<void> {
  await database.transaction(async (tx) => {
    const behind = await advance(tx, linesOf(endings))
    const idsOf = (grown: Grown) => behind.filter((one) => one.by.has(grown)).map(({ id }) => id)
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
    for (const one of behind) await guardAgain(vault, tx, one, tell)
  })
}

/** What a restore cannot give back to how many accounts, of those that have not ended since. */
export type Lost = { readonly addresses: number; readonly factors: number }

export async function countLost(on: Queries, endings: readonly Ending[]): Promise<Lost> {
  const ended = new Set(endings.filter(({ what }) => what === 'order').map(({ id }) => id))
  const behind = await behindOf(on, linesOf(endings.filter(({ id }) => !ended.has(id))))
  return {
    addresses: behind.filter(({ by }) => by.has('moved')).length,
    factors: behind.filter(({ guard }) => guard === 'guarded').length,
  }
}

/** A second factor is off where it was left off. Where one was left on, nothing but a link does without it. */
async function guardAgain(
  vault: Vault,
  tx: Transaction,
  { id, guard }: Behind,
  tell: Tell | undefined,
): Promise<void> {
  if (guard === undefined) return
  const wasOn = await endFactor(tx, id)
  if (guard === 'guarded') await endRecord(tx, id, 'credentials')
  // Nothing is sent to an address that was set aside.
  if ((await openHeld(vault, tx, id, ['email'])).email === undefined) return
  if (guard === 'guarded') await tell?.(tx, id, 'second factor lost')
  else if (wasOn) await tell?.(tx, id, 'second factor off again')
}

/** An account by what its turn had grown when the list was written, and what its second factor became by that. */
type Behind = {
  readonly id: Id
  readonly by: ReadonlySet<Ending['what']>
  readonly guard: 'guarded' | 'unguarded' | undefined
}

/** Accounts whose turn was further when the list was written; it is as far now. */
async function advance(tx: Transaction, lines: Lines): Promise<readonly Behind[]> {
  const behind = await behindOf(tx, lines)
  const { ids, turns } = furthest(lines)
  await tx.run(sql`
    update account set turn = line.turn
    from unnest(${ids}::uuid[], ${turns}::integer[]) as line (id, turn)
    where account.id = line.id and account.turn < line.turn`)
  return behind
}

/** Locked, so that of two processes that start one finds them. */
async function behindOf(on: Queries, lines: Lines): Promise<readonly Behind[]> {
  const { ids, turns } = furthest(lines)
  const rows = await on.many<{ id: Id; turn: number }>(sql`
    select id, account.turn
    from unnest(${ids}::uuid[], ${turns}::integer[]) as line (id, turn) join account using (id)
    where account.turn < line.turn order by id for update of account`)
  return rows.map(({ id, turn }) => {
    const since = (lines.get(id) ?? []).filter((line) => line.turn > turn)
    // Of two lines with one turn the first was taken back: what it says has not come about.
    const held = [...new Map(since.map((line) => [line.turn, line.what])).values()]
    const guard = held.findLast((what) => what === 'guarded' || what === 'unguarded')
    return { id, by: new Set(since.map(({ what }) => what)), guard }
  })
}

type Line = { readonly id: Id; readonly turn: number; readonly what: Ending['what'] }
type Lines = ReadonlyMap<Id, readonly Line[]>

/** The lines of each account, as its turn grew. */
function linesOf(endings: readonly Ending[]): Lines {
  const noted = endings
    .filter(({ what }) => (GROWN as readonly string[]).includes(what))
    .map(({ what, id, about }) => ({ id, what, turn: Number.parseInt(about, 16) }))
  return Map.groupBy(
    noted.toSorted((one, other) => one.turn - other.turn),
    ({ id }) => id,
  )
}

function furthest(lines: Lines) {
  const last = [...lines.values()].flatMap((some) => some.slice(-1))
  return { ids: last.map(({ id }) => id), turns: last.map(({ turn }) => turn) }
}
