/**
 * Rules of the lists of orders and of the search.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice, person } from '../../../test/support/backoffice.ts'
import { sql } from '../../base/database.ts'

const office = await openOffice({ after })
const packing = await office.desk('pat', ['packing'])
const service = await office.desk('sam', ['service'])
const accounts = await office.desk('alex', ['accounts'])
const owner = await office.desk('olga', ['owner'])

test('a list shows number, date, state, country and total, and nothing of a person', async () => {
  const order = await office.paidOrder()
  for (const desk of [packing, service, accounts, owner]) {
    const { html, status, headers } = await desk.get('/admin/orders')
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.match(html, new RegExp(`<a href="/admin/orders/${order.number}">${order.number}</a>`))
    assert.match(html, /€104\.80/)
    for (const value of Object.values(person)) assert.ok(!html.includes(value))
  }
})

test('a list is narrowed to a state, and paged', async () => {
  const { database } = office
  for (let made = 0; made < 3; made += 1) await office.paidOrder()
  const cancelled = await office.paidOrder()
  await database.run(sql`update orders set state = 'cancelled' where id = ${cancelled.id}`)
  const list = await service.get('/admin/orders?state=cancelled')
  assert.match(list.html, new RegExp(`>${cancelled.number}</a>`))
  assert.equal([...list.html.matchAll(/<th scope="row">/g)].length, 1)
  const rest = await service.get(`/admin/orders?before=${cancelled.id}`)
  assert.doesNotMatch(rest.html, new RegExp(`>${cancelled.number}</a>`))
  assert.match(rest.html, /Newest orders/)
  assert.equal((await service.get('/admin/orders?before=x&state=y')).status, 200)
})

test('an order is found by number by everyone, by its person by those who see them', async () => {
  const unique = {
    ...{ email: 'one@of-a-kind.example', lastName: 'Müller-Lüde' },
    phone: '+45 99 88 77 66',
  }
  const order = await office.paidOrder(unique)
  const url = `/admin/orders/${order.number}`
  for (const desk of [packing, service, accounts, owner]) {
    assert.equal((await desk.post('/admin/search', { q: `#${order.number}` })).location, url)
  }
  for (const desk of [packing, service]) {
    for (const q of ['ONE@of-a-kind.example ', ' MULLER-lude', '0045 99887766', '004599887766']) {
      assert.equal((await desk.post('/admin/search', { q })).location, url)
    }
  }
  for (const desk of [accounts, owner]) {
    for (const q of [unique.email, unique.lastName, unique.phone, 'DK-8660']) {
      const { status, html } = await desk.post('/admin/search', { q })
      assert.equal(status, 400)
      assert.match(html, /Your roles see no/)
      assert.doesNotMatch(html, new RegExp(`>${order.number}</a>`))
    }
  }
})

test('digits that are no order’s number are looked up as a postal code by who sees addresses', async () => {
  const { number } = await office.paidOrder()
  for (const q of ['8660', '86-60']) {
    const { html } = await service.post('/admin/search', { q })
    assert.match(html, new RegExp(`>${number}</a>`), q)
  }
  for (const q of ['8660', '#8660'])
    assert.match((await owner.post('/admin/search', { q })).html, /No order was found/)
  assert.match((await service.post('/admin/search', { q: '#8660' })).html, /No order was found/)
})

test('packing finds open orders alone; service finds the delivered as well', async () => {
  const email = 'often@here.example'
  const delivered = await office.paidOrder({ email })
  await office.deliver(delivered)
  const open = await office.paidOrder({ email })
  const found = await packing.post('/admin/search', { q: email })
  assert.equal(found.location, `/admin/orders/${open.number}`)
  const both = await service.post('/admin/search', { q: email })
  for (const { number } of [open, delivered]) assert.match(both.html, new RegExp(`>${number}</a>`))
})

test('more than a page of a name is paged, and packing misses no open order behind closed ones', async () => {
  const lastName = 'O’Brien-Ødegård'
  const first = await office.paidOrder({ lastName })
  for (let made = 0; made < 51; made += 1)
    await office.deliver(await office.paidOrder({ lastName }))
  const search = { q: 'o´brien ODEGARD' }
  assert.equal(
    (await packing.post('/admin/search', search)).location,
    `/admin/orders/${first.number}`,
  )
  const page = await service.post('/admin/search', search)
  assert.equal([...page.html.matchAll(/<th scope="row">/g)].length, 50)
  const before = /name="before" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
  const rest = await service.post('/admin/search', { ...search, before })
  assert.equal([...rest.html.matchAll(/<th scope="row">/g)].length, 2)
  assert.match(rest.html, new RegExp(`>${first.number}</a>`))
  assert.doesNotMatch(rest.html, /name="before"/)
})

test('nothing found, and nothing typed, are told', async () => {
  assert.match((await service.post('/admin/search', { q: 'nobody' })).html, /No order was found/)
  assert.match((await service.post('/admin/search', { q: '999999' })).html, /No order was found/)
  const empty = await service.post('/admin/search', { q: ' ' })
  assert.equal(empty.status, 400)
  assert.match(empty.html, /href="#q">Enter what to find/)
})

test('what was searched for is written nowhere', async () => {
  const words = ['seeker@unwritten.example', 'Unwrittenname']
  for (const q of words) await service.post('/admin/search', { q })
  const { database } = office
  const tables = await database.many<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`)
  assert.ok(tables.length > 20)
  for (const { name } of tables) {
    const { rows } = await database.pool.query(`select t::text as row from ${name} t`)
    assert.doesNotMatch(JSON.stringify(rows), /unwritten/i, name)
  }
  assert.doesNotMatch(JSON.stringify(office.logged), /unwritten/i)
})
