/** Changes to the shape of tables: nobody waits behind them, and they come about all the same, or not at all. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase, untilSomebodyWaits } from '../../test/support/database.ts'
import { sql, type Transaction } from './database.ts'
import { reshape } from './reshape.ts'

const database = await testDatabase({ after })
await database.script('create table one (n integer); create table other (n integer)')

const columnsOf = async (table: string) => {
  const rows = await database.many<{ name: string }>(sql`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 order by attnum`)
  return rows.map(({ name }) => name)
}

/** Somebody who reads a table for long, as a backup does, and what is done meanwhile. */
const whileRead = (table: string, meanwhile: (reader: Transaction) => Promise<void>) =>
  database.transaction(async (reader) => {
    await reader.run(table === 'one' ? sql`select from one` : sql`select from other`)
    await meanwhile(reader)
  })

test('while a table is read for long, others go on, and its shape changes afterwards', async () => {
  const reshaped: Promise<unknown>[] = []
  await whileRead('one', async () => {
    reshaped.push(reshape(database, (tx) => tx.run(sql`alter table one add column m integer`)))
    await untilSomebodyWaits(database)
    await database.transaction(async (tx) => {
      await tx.run(sql`set local statement_timeout = '3s'`)
      await tx.run(sql`insert into one (n) values (1)`)
    })
    assert.deepEqual(await columnsOf('one'), ['n'])
  })
  await Promise.all(reshaped)
  assert.deepEqual(await columnsOf('one'), ['n', 'm'])
})

test('of two who wait for each other the change gives way, and comes about afterwards', async () => {
  const reshaped: Promise<unknown>[] = []
  await whileRead('other', async (reader) => {
    const both = async (tx: Transaction) => {
      await tx.run(sql`alter table one add column a integer`)
      await tx.run(sql`alter table other add column a integer`)
    }
    reshaped.push(reshape(database, both))
    await untilSomebodyWaits(database)
    await reader.many(sql`select n from one`)
  })
  await Promise.all(reshaped)
  assert.deepEqual(await columnsOf('other'), ['n', 'a'])
})

test('where a table stays in use nothing is changed, and it is said why', async () => {
  await whileRead('other', async () => {
    const both = async (tx: Transaction) => {
      await tx.run(sql`alter table one add column b integer`)
      await tx.run(sql`alter table other add column b integer`)
    }
    await assert.rejects(reshape(database, both), {
      ...{ name: 'Fault', code: 'conflict', message: /in use, by a backup perhaps/ },
    })
  })
  for (const table of ['one', 'other']) assert.ok(!(await columnsOf(table)).includes('b'))
})

test('any other failure is told at once', async () => {
  const failing = reshape(database, (tx) => tx.run(sql`alter table one add column n integer`))
  await assert.rejects(failing, { code: '42701' })
})
