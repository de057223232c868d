/**
 * Publishing: a revision of the policy comes into force by somebody's act, and is never edited after it (C9).
 *
 * A new store publishes its first revision by itself. From then on a start finds the program's revision in force, or is
 * refused. The revisions before it govern the data that was given under them; the gateway is handed them.
 *
 * Invariant: what was in force is never edited.
 * Invariant: nothing that is held is kept longer, or ends later when its person asks, than the revision says under
 * which it was given.
 */

import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../base/clock.ts'
import { type Database, type Queries, sql, type Transaction } from '../base/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import { keepsLonger } from './difference.ts'
import { leafOf } from './ledger.ts'
import { load, policy } from './policy.ts'
import { type StoredRevision, storedRevisions } from './revision.ts'
import type { PolicyTable } from './table.ts'

/**
 * Opens the policy for a start. Returns all revisions, oldest first: the program's own is the last.
 *
 * @throws {Fault} `conflict` when the program's revision was edited, is not published, or is no longer in force.
 * @throws {Refusal} C9 when it would keep longer what was given under a stricter revision.
 */
export async function openRevisions(
  database: Database,
  clock: Clock,
  table: PolicyTable = policy,
): Promise<readonly StoredRevision[]> {
  const stored = await database.transaction(async (tx) => {
    const found = await storedRevisions(tx)
    if (found.length > 0) return found
    await lock(tx)
    if ((await storedRevisions(tx)).length === 0) await write(tx, clock, table, null)
    return storedRevisions(tx)
  })
  const last = stored.at(-1)?.table.revision
  if (last !== table.revision) throw notInForce(table, stored)
  checkUnedited(table, stored)
  const earlier = stored.map((one) => one.table).filter(({ revision }) => revision !== last)
  await checkNothingKeptLonger(database, table, earlier)
  return stored
}

/**
 * Puts a revision in force. Returns false when it was already.
 *
 * @throws {Refusal} when it contradicts a clause, or would keep longer what was given under a stricter revision.
 * @throws {Fault} `conflict` when it was in force before: a revision is never edited, and never comes back.
 */
export async function publish(
  database: Database,
  clock: Clock,
  by: Id,
  table: PolicyTable = policy,
): Promise<boolean> {
  load(table)
  return database.transaction(async (tx) => {
    await lock(tx)
    const stored = await storedRevisions(tx)
    checkUnedited(table, stored)
    if (stored.at(-1)?.table.revision === table.revision) return false
    if (stored.some((one) => one.table.revision === table.revision)) throw over(table)
    const earlier = stored.map((one) => one.table)
    await checkNothingKeptLonger(tx, table, earlier)
    await write(tx, clock, table, by)
    return true
  })
}

async function lock(tx: Transaction): Promise<void> {
  await tx.run(sql`lock table policy_revision in share row exclusive mode`)
}

async function write(
  tx: Transaction,
  clock: Clock,
  table: PolicyTable,
  by: Id | null,
): Promise<void> {
  const { revision } = table
  const content = JSON.stringify(table)
  const at = clock()
  const kind = 'policy revision in force'
  const leaf = leafOf({ kind, reference: newId(at), revision, clause: 'C9' }, at)
  await tx.run(sql`
    with entry as (insert into ledger_entry (id, leaf) values (${leaf.id}, ${leaf.text}))
    insert into policy_revision (revision, digest, content, in_force_at, published_by)
    values (${revision}, ${digestOf(content)}, ${content}, ${at}, ${by})`)
}

function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

function checkUnedited(table: PolicyTable, stored: readonly StoredRevision[]): void {
  const content = JSON.stringify(table)
  const same = stored.find((one) => one.table.revision === table.revision)
  if (same === undefined) return
  if (same.digest === digestOf(content) && isDeepStrictEqual(same.table, JSON.parse(content)))
    return
  throw new Fault(
    'conflict',
    `Policy ${table.revision} was edited after it had been in force (C9)`,
    {
      remedy: 'Put it back as it was, and write the change as a new revision in policy/',
    },
  )
}

function notInForce({ revision }: PolicyTable, stored: readonly StoredRevision[]): Fault {
  const last = stored.at(-1)?.table.revision ?? ''
  if (stored.some((one) => one.table.revision === revision)) {
    return new Fault(
      'conflict',
      `Policy ${last} is in force, and this program runs on ${revision}`,
      {
        remedy: 'Start the program that has the revision in force in policy/',
      },
    )
  }
  return new Fault('conflict', `Policy ${revision} is not published; in force is ${last} (C9)`, {
    remedy:
      `See what changes by \`npm run tacet -- policy diff ${last} ${revision}\`, then publish it ` +
      'by `npm run tacet -- policy publish`',
  })
}

function over({ revision }: PolicyTable): Fault {
  return new Fault(
    'conflict',
    `Policy ${revision} was in force before, and another after it (C9)`,
    {
      remedy: 'Write it as a new revision in policy/, with a name and a date of its own',
    },
  )
}

/** A looser keeping waits until nothing is held any more that was given under the stricter one. */
async function checkNothingKeptLonger(
  on: Queries,
  table: PolicyTable,
  earlier: readonly PolicyTable[],
): Promise<void> {
  for (const before of earlier) {
    const [looser] = keepsLonger(before, table)
    if (looser === undefined) continue
    const held = await on.first(
      sql`select 1 as held from sealed_record where revision = ${before.revision} limit 1`,
    )
    if (held === undefined) continue
    throw new Refusal(
      'C9',
      `Policy ${table.revision} keeps ${looser} longer than ${before.revision}, under which data ` +
        'that is still held was given. Leave that rule as it was until this data has ended',
    )
  }
}
