/**
 * Who may sign in to the back office, and as what, across the restore of a backup: whoever has left must not see
 * customers' data again by it, nor anybody by a password that was replaced because it had leaked (C5, decision 30).
 *
 * The last word of the list of endings about a member counts. No password is kept outside, so one that was replaced
 * ends, and the command line gives another. It is known by a fingerprint of its salted hash, which leads to none.
 */

import { createHash } from 'node:crypto'
import { type Queries, sql } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { hashPassword, newPassword } from '../credentials/password.ts'
import { type Ending, lastWords } from '../privacy/endings.ts'
import { ROLES, type Role } from './roles.ts'
import type { NotingRoster, Roster } from './roster.ts'

export function noteAccess(
  { vault }: NotingRoster,
  id: Id,
  what: 'disabled' | 'enabled',
): Promise<void> {
  return vault.endings.note(what, [id])
}

export function noteRoles({ vault }: NotingRoster, id: Id, roles: readonly Role[]): Promise<void> {
  const bits = ROLES.map((role, at) => (roles.includes(role) ? 2 ** at : 0))
  return vault.endings.note('ranked', [id], bits.reduce((all, bit) => all + bit).toString(16))
}

export function notePassword({ vault }: NotingRoster, id: Id, hash: string): Promise<void> {
  return vault.endings.note('replaced', [id], fingerprint(hash))
}

/** After a restore: nobody may more than they were left with. Done again, it does nothing. */
export async function restoreStaff(
  { database, clock }: Roster,
  endings: readonly Ending[],
): Promise<void> {
  const nobodys = await hashPassword(newPassword())
  const [access, ranked] = [lastWords(endings, 'disabled', 'enabled'), lastWords(endings, 'ranked')]
  const idsOf = (what: Ending['what']) => access.filter((one) => one.what === what).map(idOf)
  await database.transaction(async (tx) => {
    await tx.run(sql`
      update staff set disabled_at = coalesce(disabled_at, ${clock()})
      where id = any(${idsOf('disabled')}::uuid[])`)
    await tx.run(sql`
      update staff set disabled_at = null where id = any(${idsOf('enabled')}::uuid[])`)
    await tx.run(sql`
      update staff set roles = string_to_array(line.roles, ' ')
      from unnest(${ranked.map(idOf)}::uuid[],
        ${ranked.map(({ about }) => rolesOf(about).join(' '))}::text[]) as line (id, roles)
      where staff.id = line.id`)
    const lost = (await formerPasswords(tx, endings)).map(idOf)
    await tx.run(sql`
      update staff set password_hash = ${nobodys} where id = any(${lost}::uuid[])`)
  })
}

/** Members who have a password again that they had replaced; after the restore they have none. */
export async function formerPasswords(
  on: Queries,
  endings: readonly Ending[],
): Promise<readonly { readonly id: Id; readonly login: string }[]> {
  const last = new Map(lastWords(endings, 'replaced').map(({ id, about }) => [id, about]))
  const rows = await on.many<{ id: Id; login: string; hash: string }>(sql`
    select id, login, password_hash as hash from staff
    where id = any(${[...last.keys()]}::uuid[]) order by login`)
  return rows.filter(({ id, hash }) => last.get(id) !== fingerprint(hash))
}

function idOf({ id }: { readonly id: Id }): Id {
  return id
}

function rolesOf(about: string): readonly Role[] {
  const bits = Number.parseInt(about, 16)
  return ROLES.filter((_, at) => Math.floor(bits / 2 ** at) % 2 === 1)
}

function fingerprint(hash: string): string {
  return createHash('sha256').update(hash).digest('hex').slice(0, 32)
}
