/**
 * `kill -9` of the database server below a store that is open: the store says so in plain words and stops, and the next
 * start has all that was confirmed.
 */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from '../../src/base/database.ts'
import { control } from '../support/outside.ts'
import { booksAt, type Place, type Program, place, postgresOf, run } from '../support/program.ts'
import { ADA, order, pay, paymentUrlOf } from '../support/purchase.ts'

test('a store that loses its database stops in plain words, whether it began or found it', async (t) => {
  const where = await place(t)
  const first = await run(where)
  await (await booksAt(where)).run(sql`update stock set available = 321`)
  await loseDatabase(where, first)

  const second = await run(where)
  const wrong = sql`select variant_id from stock where available <> 321`
  assert.deepEqual(await (await booksAt(where)).many(wrong), [])
  await second.kill()
  const third = await run(where)
  await loseDatabase(where, third)
})

test('it stops also in the midst of a job and of a placing', async (t) => {
  const where = await place(t)
  const store = await run(where)
  await control(store, 'outage', { service: 'mail', mode: 'hang' })
  const { shopper, answer } = await order(store, { slug: 'glass-teapot', contact: ADA })
  await pay(shopper, paymentUrlOf(answer))
  await control(store, 'outage', { service: 'processor', mode: 'hang' })
  const placing = order(store, { slug: 'glass-teapot' }).catch(() => undefined)
  await loseDatabase(where, store)
  await placing
})

async function loseDatabase(where: Place, store: Program): Promise<void> {
  const visits = Array.from({ length: 4 }, () => keepVisiting(store))
  process.kill(await serverPid(where), 'SIGKILL')
  const { code, said } = await store.ended
  await Promise.all(visits)
  assert.equal(code, 1)
  const [, told = ''] = said.split('Ctrl-C stops it.')
  // graphile-worker prints a trace of its own, to the terminal alone, where one of its workers ends.
  const ours = told.replace(/^Trace: .*\n(?:[ }].*(?:\n|$))*/gm, '').trim()
  assert.match(ours, /^The database server has ended by itself.* Start again: .*$/)
  for (const url of [store.url, store.sandbox]) await assert.rejects(fetch(url), url.href)
}

/** Until nobody answers. */
async function keepVisiting(store: Program): Promise<void> {
  for (;;) {
    try {
      await (await fetch(new URL('/search?q=teapot', store.url))).text()
    } catch {
      return
    }
  }
}

async function serverPid(where: Place): Promise<number> {
  const file = await readFile(join(postgresOf(where), 'cluster', 'postmaster.pid'), 'utf8')
  return Number(file.split('\n', 1)[0])
}
