/**
 * Secure places for papers that bear customer data (C4.2): the shop's own, each with what secures it.
 *
 * Invariant: a place that holds a paper is not closed, and a closed one is given none.
 */

import { type Queries, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import type { Gateway } from '../privacy/gateway.ts'

export const SECURED_BY = ['a safe', 'a locked cabinet', 'a locked room'] as const
export type SecuredBy = (typeof SECURED_BY)[number]

export type Place = {
  readonly id: Id
  readonly name: string
  readonly securedBy: SecuredBy
  readonly closedAt: Temporal.Instant | null
  /** How many papers lie there. */
  readonly papers: number
}

export type Archive = Pick<Gateway, 'database' | 'clock' | 'vault'>

/** All places, the open ones first. */
export async function listPlaces(on: Queries): Promise<readonly Place[]> {
  return on.many<Place>(sql`
    select p.id, p.name, p.secured_by as "securedBy", p.closed_at as "closedAt",
      (select count(*) from paper_document d where d.place = p.id and d.destroyed_at is null)
        as papers
    from paper_place p order by p.closed_at is not null, p.name`)
}

/** @throws {Fault} `conflict` when there is a place of that name. */
export async function addPlace(
  { database, clock }: Archive,
  name: string,
  securedBy: SecuredBy,
): Promise<void> {
  const added = await database.run(sql`
    insert into paper_place (id, name, secured_by) values (${newId(clock())}, ${name}, ${securedBy})
    on conflict do nothing`)
  if (added === 0) throw new Fault('conflict', 'There is a place of this name already')
}

/** Gives a place up. @throws {Fault} `conflict` while a paper lies there. */
export async function closePlace({ database, clock }: Archive, id: Id): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(sql`select 1 from paper_place where id = ${id} for update`)
    const closed = await tx.run(sql`
      update paper_place set closed_at = ${clock()}
      where id = ${id} and closed_at is null and not exists (
        select from paper_document where place = ${id} and destroyed_at is null)`)
    if (closed > 0) return
    throw new Fault('conflict', 'A place is closed once no paper lies there any more', {
      remedy: 'Move its papers to another place first',
    })
  })
}
