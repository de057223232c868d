/** The map of what is held about a person, held against the database itself. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { buy } from '../../test/support/purchase.ts'
import { testStore } from '../../test/support/store.ts'
import { type Database, sql } from '../base/database.ts'
import { apart } from './holdings.ts'
import { retention } from './policy.ts'

const store = await testStore({ after })
const { holdings } = store.erasing

/** The tables of a database that hold something about a person and are on no map, and why. */
async function unmapped(database: Database): Promise<readonly string[]> {
  const tables = await database.many<{ name: string; rule: string | null; columns: string[] }>(sql`
    select c.relname as name, obj_description(c.oid, 'pg_class') as rule,
      array_agg(a.attname::text) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition
    group by c.oid, c.relname`)
  return tables.flatMap(({ name, rule, columns }) => {
    const named = /^retention: (.+)$/.exec(rule ?? '')?.[1] ?? ''
    if (named.startsWith('none: ')) {
      const leads = columns.filter((column) => /^(?:subject|order_id|cart_id|email)$/.test(column))
      return leads.map((column) => `${name}.${column} leads to a person`)
    }
    if (name in apart) return []
    const isMapped = holdings.some((one) => one.rule === named && one.tables.includes(name))
    return isMapped ? [] : [`${name} is kept by "${named}" and on no map`]
  })
}

test('C3.1 each table that is about a person is on the map, under its own rule', async () => {
  assert.deepEqual(await unmapped(store.database), [])
})

test('C3.1 a table that is added with personal data and is not on the map is found', async (t) => {
  const database = await testDatabase(t)
  await database.script(`
    create table claim (id uuid primary key, order_id uuid not null);
    comment on table claim is 'retention: order-contact';
    create table wish (subject uuid);
    comment on table wish is 'retention: none: no person in it';
    create table bare (id uuid)`)
  assert.deepEqual((await unmapped(database)).toSorted(), [
    'bare is kept by "" and on no map',
    'claim is kept by "order-contact" and on no map',
    'wish.subject leads to a person',
  ])
})

/** The job queue's own schema, whose tables bear no comments: what may be in them is said here. */
const QUEUE = 'graphile_worker'

test('C3.1 no other schema holds a table, but the job queue’s own', async () => {
  const { schemas } = await store.database.one<{ schemas: string[] }>(sql`
    select coalesce(array_agg(distinct n.nspname::text order by n.nspname::text), '{}') as schemas
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^pg_|^information_schema$'`)
  assert.deepEqual(schemas, [QUEUE, 'public'])
})

test('C3.1 the job queue holds ids, names of tasks and times, and nothing else', async () => {
  const { database } = store
  await buy(store)
  const tables = await database.many<{ name: string }>(sql`
    select tablename as name from pg_tables where schemaname = ${QUEUE} order by 1`)
  const names = tables.map(({ name }) => name)
  assert.deepEqual(names, [
    ...['_private_job_queues', '_private_jobs', '_private_known_crontabs'],
    ...['_private_tasks', 'migrations'],
  ])
  for (const name of names) {
    const { rows } = await database.pool.query(`select to_jsonb(t) as row from ${QUEUE}.${name} t`)
    assert.ok(rows.length > 0 || name !== '_private_jobs', 'a mail waits')
    for (const text of rows.flatMap(({ row }) => textsIn(row))) assert.match(text, HARMLESS, name)
  }
})

/** A key with the id of what it is about, a name of our own, a time. */
const HARMLESS = /^([a-z ]+ )?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$|^[a-z ]*$|^[\d:.TZ+-]+$/

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

test('C3.1 the map names no table that is not there, and none twice', async () => {
  const named = [...holdings.flatMap(({ tables }) => tables), ...Object.keys(apart)]
  assert.equal(new Set(named).size, named.length)
  const { missing } = await store.database.one<{ missing: string[] }>(sql`
    select coalesce(array_agg(name), '{}') as missing
    from unnest(${named}::text[]) as name where to_regclass(name) is null`)
  assert.deepEqual(missing, [])
})

test('C3.2 every rule of the policy about orders has its holding', () => {
  const mapped = new Set<string>(holdings.map(({ rule }) => rule))
  for (const [name, { aboutOrders }] of Object.entries(retention)) {
    if (aboutOrders) assert.ok(mapped.has(name), name)
  }
})
