/** C3.2: what stays of orders has a rule with an end, after five years at the latest. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { erase } from '../../src/privacy/erasure.ts'
import { endsBy, showAll } from '../../src/privacy/holdings.ts'
import { load, policy } from '../../src/privacy/policy.ts'
import { closedOrder } from '../support/clauses.ts'
import { testStore } from '../support/store.ts'

const store = await testStore({ after })
const { database } = store

test('C3.2 a retention rule above five years does not load, and a missing limit neither', () => {
  for (const [name, rule] of Object.entries(policy.retention)) {
    if (!rule.aboutOrders) continue
    for (const atMost of ['P5Y1D', 'P6Y', 'P61M', 'P1827D', null]) {
      const table = { ...policy, retention: { ...policy.retention, [name]: { ...rule, atMost } } }
      assert.throws(
        () => load(table),
        { name: 'Refusal', message: /C3\.2: .*Set atMost to P5Y/ },
        name,
      )
    }
  }
})

test('C3.2 a stored field without a rule, or with two, does not load', () => {
  const { 'order-contact': contact, ...others } = policy.retention
  assert.ok(contact !== undefined)
  assert.throws(
    () => load({ ...policy, retention: others }),
    /C3\.2: orderNote has 0 retention rules/,
  )
  const twice = { ...policy.retention, again: contact }
  assert.throws(() => load({ ...policy, retention: twice }), /C3\.2: email has 2 retention rules/)
})

test('C3.2 every table names its retention rule, and the rule is in the policy', async () => {
  const tables = await database.many<{ name: string; rule: string | null }>(sql`
    select c.relname as name, obj_description(c.oid, 'pg_class') as rule
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'kysely%'`)
  assert.ok(tables.length > 20)
  const rules = new Set(Object.keys(policy.retention))
  for (const { name, rule } of tables) {
    const named = /^retention: (.+)$/.exec(rule ?? '')?.[1] ?? ''
    const isKnown = rules.has(named) || /^none: \S/.test(named)
    assert.ok(isKnown, `${name} must name a retention rule: "${rule ?? ''}"`)
  }
})

/** Digests of our own files, and of random tokens. */
const NO_CUSTOMER = ['migration', 'policy_revision', 'staff_session', 'account_session']

test('C3.2 a table of sealed values, look-up values or keys names a rule that ends them', async () => {
  const tables = await database.many<{ name: string; rule: string }>(sql`
    select distinct c.relname as name, obj_description(c.oid, 'pg_class') as rule
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and not c.relispartition
      and c.relnamespace = 'public'::regnamespace
      and a.attname in ('sealed', 'digest', 'covered', 'wrapped')`)
  const limits = new Map(
    Object.entries(policy.retention).map(([name, rule]) => [name, rule.atMost]),
  )
  const withPerson = tables.filter(({ name }) => !NO_CUSTOMER.includes(name))
  assert.deepEqual(withPerson.map(({ name }) => name).sort(), [
    'blind_index',
    'data_key',
    'mailbox',
    'sealed_record',
  ])
  for (const { name, rule } of withPerson) {
    assert.notEqual(limits.get(rule.replace('retention: ', '')) ?? null, null, name)
  }
})

test('C3.2 what stays of an erased order is the accounting record, and that has an end', async () => {
  const order = await closedOrder(store)
  assert.ok(await erase(store.erasing, [order]))
  const { fields, told } = await showAll(store.erasing.holdings, database, [order])
  assert.deepEqual(told, [])
  const rules = new Set(fields.filter(({ name }) => name.includes('.')).map(({ rule }) => rule))
  assert.deepEqual([...rules], ['accounting-record'])
  for (const { rule, since } of fields) {
    const end = endsBy(rule, since)
    assert.equal(end, since.toZonedDateTimeISO('UTC').add({ years: 5 }).toPlainDate().toString())
  }
})
