/** Requests by letter or phone of whoever has an account: it is part of all that an address has (C3.1, decision 28). */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openOffice } from '../../../test/support/backoffice.ts'
import { untilSomebodyWaits } from '../../../test/support/database.ts'
import { accountOfAddress, openAccount } from '../../../test/support/sign-in.ts'
import { sql } from '../../base/database.ts'
import type { Id } from '../../base/ids.ts'
import { readMigrations } from '../../base/migrations.ts'
import { findSession } from '../../customers/session.ts'
import { belongTo, orderIdsOf, takeOut } from '../../orders/belonging.ts'
import { replaceAddress, setAside } from '../../privacy/account-address.ts'
import { erase } from '../../privacy/erasure.ts'
import { showAll } from '../../privacy/holdings.ts'
import type { Entry } from '../../privacy/ledger.ts'
import { emailLookUp, subjectsOfEmail } from '../../privacy/look-ups.ts'
import { entryOfReceipt } from '../../privacy/person-link.ts'
import { Personal } from '../../privacy/personal.ts'
import { concludeIn, requestOf } from '../../privacy/requests.ts'
import { isRestricted, restrict } from '../../privacy/restriction.ts'
import { openHeld } from '../../privacy/vault.ts'

const office = await openOffice({ after })
const { database, gateway, erasing } = office
const { vault } = gateway
const service = await office.desk('sara', ['service'])
const owner = await office.desk('olga', ['owner'])
const packing = await office.desk('paul', ['packing', 'accounts'])
const received = gateway.clock().toString().slice(0, 10)
const proof = 'they answered a mail that we sent to the address'

const fieldsOf = (kind: string, who: string) => ({
  ...{ kind, channel: 'letter', proof, received, who, all: 'yes', orders: '' },
})

async function entered(kind: string, who: string): Promise<string> {
  const { status, location } = await service.post('/admin/requests', fieldsOf(kind, who))
  assert.equal(status, 303)
  return location ?? ''
}

const idIn = (url: string) => url.split('/').at(-1) ?? ''
const emailOf = async (id: Id) => (await openHeld(vault, database, id, ['email'])).email
const digestOf = (email: string) => emailLookUp(vault, Personal.of('email', email))

async function entryOf(receipt: string | null): Promise<Entry> {
  const id = entryOfReceipt(vault.keys, receipt?.split('/').at(-1) ?? '')
  assert.ok(id !== undefined, 'It must lead to a receipt')
  const { leaf } = await database.one<{ leaf: string }>(
    sql`select leaf from ledger_entry where id = ${id}`,
  )
  return JSON.parse(leaf)
}

async function linkedSubjects(): Promise<readonly Id[]> {
  const rows = await database.many<{ subject: Id }>(sql`
    select subject from disclosure where purpose = 'messages about a request' order by id`)
  return rows.map(({ subject }) => subject)
}

test('the form says the same of an address with an account as of one without, to each role', async () => {
  await openAccount(gateway, 'with@account.example')
  const answers = async (who: string) => {
    const find = { who }
    const unproven = { ...fieldsOf('erasure', who), proof: '' }
    const asked = [
      await service.post('/admin/requests/orders', find),
      await service.post('/admin/requests', unproven),
      await owner.post('/admin/requests/orders', find),
      await owner.post('/admin/requests', fieldsOf('erasure', who)),
      await packing.post('/admin/requests', fieldsOf('erasure', who)),
    ]
    return asked.map(({ status, html }) => [status, html.replaceAll(who, 'WHO')])
  }
  const given = await answers('with@account.example')
  assert.deepEqual(given, await answers('sans@account.example'))
  assert.deepEqual(
    given.map(([status]) => status),
    [200, 400, 400, 400, 403],
  )
  assert.match(String(given[0]?.[1]), /All of this address: its account, if there is one/)
})

test('all of an address is meant, or numbers, never both; a restriction needs orders', async () => {
  const order = await office.paidOrder({ email: 'both@account.example' })
  const fields = fieldsOf('erasure', 'both@account.example')
  const both = await service.post('/admin/requests', { ...fields, orders: String(order.number) })
  assert.equal(both.status, 400)
  assert.match(both.html, /Leave the numbers empty/)
  await openAccount(gateway, 'none@account.example')
  const restriction = fieldsOf('restriction', 'none@account.example')
  assert.match(
    (await service.post('/admin/requests', restriction)).html,
    /only orders are restricted/,
  )
  const broken = await service.post('/admin/requests', fieldsOf('erasure', 'none@'))
  assert.match(broken.html, /href="#who"/)
})

test('C3.1 an erasure by letter of an account without orders ends all of it, with a receipt', async () => {
  const email = 'alone@account.example'
  const { id, session } = await openAccount(gateway, email)
  const url = await entered('erasure', email)
  const { html } = await service.get(url)
  assert.match(html, /The account of the address/)
  assert.match(html, /id="now".*The account:<\/strong>.*id="stays".*Nothing\./s)
  assert.ok(!html.includes(email))
  const asked = await showAll(erasing.holdings, database, [id])
  assert.ok(asked.fields.some(({ name }) => name === 'request_account.kind'))
  assert.ok(await findSession(gateway, session))
  const { location } = await service.post(`${url}/act`)
  const { ended } = await entryOf(location)
  assert.deepEqual((ended ?? []).filter((line) => /^(account|look-up) /.test(line)).toSorted(), [
    'account 1',
    'look-up 1',
  ])
  assert.deepEqual(await showAll(erasing.holdings, database, [id]), { fields: [], told: [] })
  assert.equal(await findSession(gateway, session), undefined)
  assert.deepEqual(await subjectsOfEmail(vault, database, digestOf(email)), [])
  assert.match((await service.get(url)).html, /It leads to nothing any more.*erased/s)
  assert.equal((await service.post(`${url}/act`)).status, 409)
})

test('C3.1 closed orders and the account end, an open one by itself; both are foreseen', async () => {
  const email = 'orders@account.example'
  const { id } = await openAccount(gateway, email)
  const [closed, open] = [await office.paidOrder({ email }), await office.paidOrder({ email })]
  const other = await office.paidOrder({ email: 'gift@account.example' })
  await database.transaction((tx) => belongTo(tx, other.id, id, gateway.clock()))
  await office.deliver(closed)
  const url = await entered('erasure', email)
  const { html } = await service.get(url)
  const [now = '', stays = ''] = html.slice(html.indexOf('id="now"')).split('id="stays"')
  assert.match(now, new RegExp(`The account:.*Order ${closed.number}:`, 's'))
  assert.match(
    stays,
    new RegExp(`accounting record.*because what was paid.*Order ${open.number}:.*still open`, 's'),
  )
  assert.doesNotMatch(stays, /has restricted its use/)
  await restrict(erasing, [open.id], 'customer')
  assert.match(
    (await service.get(url)).html,
    /still open \(paid\).*Its person has restricted its use/s,
  )
  const { location } = await service.post(`${url}/act`)
  const { later } = await entryOf(location)
  assert.equal(later?.length, 2)
  for (const subject of [id, closed.id]) assert.equal(await emailOf(subject), undefined)
  assert.equal(await emailOf(open.id), email, 'it ends when it closes')
  assert.equal(await emailOf(other.id), 'gift@account.example', 'it is open as well')
  assert.deepEqual(await orderIdsOf(database, id), [])
})

test('C3.1 an erasure of an account ends its orders with another address too, as foreseen', async () => {
  const email = 'whole@account.example'
  const { id } = await openAccount(gateway, email)
  const own = await office.paidOrder({ email })
  const [gift, left] = [
    await office.paidOrder({ email: 'gift2@account.example' }),
    await office.paidOrder({ email: 'left@account.example' }),
  ]
  await database.transaction(async (tx) => {
    for (const order of [own, gift, left]) await belongTo(tx, order.id, id, gateway.clock())
  })
  for (const order of [own, gift, left]) await office.deliver(order)
  const url = await entered('erasure', email)
  assert.equal((await requestOf(database, idIn(url)))?.request.found, 4)
  await takeOut(database, vault.endings, left.id, id)
  const { html } = await service.get(url)
  assert.match(
    html,
    new RegExp(`Also in the account: .*>${gift.number}</a>.*They are erased with it`, 's'),
  )
  assert.match(html, new RegExp(`id="now".*Orders ${gift.number}, ${own.number}:`, 's'))
  assert.ok(!html.includes(String(left.number)), 'it is in the account no more')
  await service.post(`${url}/act`)
  for (const subject of [id, own.id, gift.id]) assert.equal(await emailOf(subject), undefined)
  assert.equal(await emailOf(left.id), 'left@account.example')
})

test('C3.1 who has named an order reaches no account, and no order in one', async () => {
  const email = 'named@account.example'
  const { id } = await openAccount(gateway, email)
  const [guest, inAccount] = [await office.paidOrder({ email }), await office.paidOrder({ email })]
  await database.transaction((tx) => belongTo(tx, inAccount.id, id, gateway.clock()))
  for (const order of [guest, inAccount]) await office.deliver(order)
  const named = { proof: 'they named the order and what was in it', all: '', who: '' }
  const orders = `${guest.number} ${inAccount.number}`
  const numbers = { ...fieldsOf('erasure', email), ...named, orders }
  const url = (await service.post('/admin/requests', numbers)).location ?? ''
  const { html } = await service.get(url)
  assert.match(html, new RegExp(`>${guest.number}</a></span><p class="hint">The proof reaches`))
  assert.doesNotMatch(html, new RegExp(`The account of the address|>${inAccount.number}<`))
  const asked = await requestOf(database, idIn(url))
  assert.deepEqual([asked?.subjects, asked?.account], [[guest.id], undefined])
  await service.post(`${url}/act`)
  assert.equal(await emailOf(guest.id), undefined)
  for (const subject of [id, inAccount.id]) assert.equal(await emailOf(subject), email)
  for (const kind of ['access', 'rectification', 'restriction'] as const) {
    const fields = { ...numbers, kind, orders: String(inAccount.number) }
    const url = (await service.post('/admin/requests', fields)).location ?? ''
    assert.match((await service.get(url)).html, /Nothing that the proof reaches/)
    assert.equal((await service.post(`${url}/act`)).status, 409)
  }
})

test('C3.1 who has named an order reaches that one, and not all of its address', async () => {
  const email = 'parcels@account.example'
  const [named, other] = [await office.paidOrder({ email }), await office.paidOrder({ email })]
  for (const order of [named, other]) await office.deliver(order)
  for (const kind of ['access', 'erasure', 'rectification', 'restriction']) {
    const asked = { ...fieldsOf(kind, email), proof: 'they named the order and what was in it' }
    const { status, html } = await service.post('/admin/requests', asked)
    assert.equal(status, 400, kind)
    assert.match(html, /href="#orders">Who has named orders reaches those only/)
    const some = { ...asked, all: '', orders: String(named.number) }
    const url = (await service.post('/admin/requests', some)).location ?? ''
    assert.deepEqual((await requestOf(database, idIn(url)))?.subjects, [named.id])
  }
})

test('C3.1 an order that was taken into an account meanwhile is not reached any more', async () => {
  const email = 'joined-meanwhile@account.example'
  const { id } = await openAccount(gateway, email)
  const [guest, joined] = [await office.paidOrder({ email }), await office.paidOrder({ email })]
  for (const order of [guest, joined]) await office.deliver(order)
  const named = { proof: 'they named the order and what was in it', all: '', who: '' }
  const entering = (kind: string, orders: string) =>
    service.post('/admin/requests', { ...fieldsOf(kind, email), ...named, orders })
  const both = (await entering('erasure', `${guest.number} ${joined.number}`)).location ?? ''
  const one = (await entering('restriction', String(joined.number))).location ?? ''
  await database.transaction((tx) => belongTo(tx, joined.id, id, gateway.clock()))
  const { html } = await service.get(both)
  assert.ok(html.includes(String(guest.number)) && !html.includes(String(joined.number)))
  assert.equal((await service.post(`${one}/act`)).status, 409)
  await service.post(`${both}/act`)
  assert.equal(await emailOf(guest.id), undefined)
  assert.equal(await emailOf(joined.id), email)
  assert.equal(await isRestricted(database, joined.id), false)
})

test('open requests from before that had no more than an order named leave the account', async () => {
  const email = 'before@account.example'
  const { id } = await openAccount(gateway, email)
  const [guest, inAccount] = [await office.paidOrder({ email }), await office.paidOrder({ email })]
  await database.transaction((tx) => belongTo(tx, inAccount.id, id, gateway.clock()))
  const [weak, strong] = [await entered('erasure', email), await entered('erasure', email)]
  await database.run(sql`
    update request set proof = 'they named the order and what was in it' where id = ${idIn(weak)}`)
  const all = await readMigrations('migrations')
  await database.pool.query(all.find(({ name }) => name.startsWith('0034'))?.text ?? '')
  const [left, kept] = [
    await requestOf(database, idIn(weak)),
    await requestOf(database, idIn(strong)),
  ]
  assert.deepEqual([left?.subjects, left?.account], [[guest.id], undefined])
  assert.deepEqual([kept?.subjects, kept?.account], [[inAccount.id, guest.id], id])
})

test('access by letter sends the link that the person would have asked for', async () => {
  const email = 'access@account.example'
  const { id } = await openAccount(gateway, email)
  await service.post(`${await entered('access', email)}/act`)
  assert.equal((await linkedSubjects()).at(-1), id)
  const order = await office.paidOrder({ email })
  const url = await entered('access', email)
  assert.match((await service.get(url)).html, /<\/a><\/span>, and the account of the address/)
  await service.post(`${url}/act`)
  assert.equal((await linkedSubjects()).at(-1), order.id)
  assert.match((await service.get(url)).html, /the link was sent to the address/)
  const gift = await office.paidOrder({ email: 'gift3@account.example' })
  await database.transaction((tx) => belongTo(tx, gift.id, id, gateway.clock()))
  const again = await entered('access', email)
  const { html } = await service.get(again)
  assert.match(html, new RegExp(`>${gift.number}</a></span>. Those placed with another address`))
  await service.post(`${again}/act`)
  assert.equal((await linkedSubjects()).at(-1), order.id, 'and not to the other address')
})

test('a restriction is of the orders alone, and says so; an account is not even asked for', async () => {
  const email = 'restrict@account.example'
  const { id } = await openAccount(gateway, email)
  const order = await office.paidOrder({ email })
  const url = await entered('restriction', email)
  const { html } = await service.get(url)
  assert.match(html, /Only orders are restricted/)
  assert.doesNotMatch(html, /account of the address/)
  await service.post(`${url}/act`)
  assert.ok(await isRestricted(database, order.id))
  assert.ok(!(await isRestricted(database, id)))
})

test('an unconfirmed account is nobody’s; where nothing is found, that is recorded', async () => {
  const email = 'typed@account.example'
  const id = await accountOfAddress(gateway, email)
  const url = await entered('erasure', email)
  const { html } = await service.get(url)
  assert.match(html, /We hold nothing by this address/)
  assert.doesNotMatch(html, new RegExp(`action="${url}/act"`))
  assert.equal((await service.post(`${url}/act`)).status, 409)
  await service.post(`${url}/end`, { done: 'nothing' })
  assert.match((await service.get(url)).html, /nothing was found to do/)
  assert.equal(await emailOf(id), email)
  const { by } = await database.one<{ by: string }>(
    sql`select by from request where id = ${idIn(url)}`,
  )
  assert.equal(by, service.id)
})

test('an account that has moved is found by its address of now, and left by requests before', async () => {
  for (const leave of ['moved', 'set aside'] as const) {
    const [before, now] = [`${leave.at(0)}1@account.example`, `${leave.at(0)}2@account.example`]
    const { id } = await openAccount(gateway, before)
    const asked = await entered('erasure', before)
    const email = Personal.of('email', now)
    await database.transaction((tx) =>
      leave === 'moved' ? replaceAddress(vault, tx, id, email) : setAside(vault, tx, id),
    )
    assert.match((await service.get(asked)).html, /has another address now/)
    assert.equal((await service.post(`${asked}/act`)).status, 409)
    const old = await requestOf(database, idIn(await entered('erasure', before)))
    assert.equal(old?.account, undefined)
    const present = await requestOf(database, idIn(await entered('erasure', now)))
    assert.equal(present?.account, leave === 'moved' ? id : undefined)
  }
})

test('a request that is entered while the account moves is not about it', async () => {
  const [before, now] = ['moving@account.example', 'there@account.example']
  const { id } = await openAccount(gateway, before)
  const entering = await database.transaction(async (tx) => {
    await tx.run(sql`select from account where id = ${id} for update`)
    const answer = entered('erasure', before)
    await untilSomebodyWaits(database)
    const email = Personal.of('email', now)
    await replaceAddress(vault, tx, id, email)
    return { answer }
  })
  const asked = await requestOf(database, idIn(await entering.answer))
  assert.deepEqual([asked?.request.found, asked?.account], [0, undefined])
})

test('an account that ends otherwise meanwhile leaves the request, which says so', async () => {
  const email = 'meanwhile@account.example'
  const { id } = await openAccount(gateway, email)
  const url = await entered('erasure', email)
  await erase(erasing, [id])
  assert.match((await service.get(url)).html, /It leads to nothing any more/)
  assert.equal((await service.post(`${url}/act`)).status, 409)
})

test('of two who carry it out at once one does, and the request says what was done', async () => {
  const email = 'twice@account.example'
  const { id } = await openAccount(gateway, email)
  await office.deliver(await office.paidOrder({ email }))
  const url = await entered('erasure', email)
  const answers = await Promise.all([service.post(`${url}/act`), owner.post(`${url}/act`)])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 409])
  await entryOf(answers.find(({ status }) => status === 303)?.location ?? null)
  const done = await requestOf(database, idIn(url))
  assert.match(done?.request.done ?? '', /^erased/)
  assert.equal(await emailOf(id), undefined)
})

test('what is closed at the moment at which it is carried out erases nothing', async () => {
  const email = 'closed@account.example'
  const { id } = await openAccount(gateway, email)
  const url = await entered('erasure', email)
  const acting = await database.transaction(async (tx) => {
    await concludeIn(tx, idIn(url), 'unproven', gateway.clock())
    const answer = service.post(`${url}/act`)
    await untilSomebodyWaits(database)
    return { answer }
  })
  assert.equal((await acting.answer).status, 409)
  assert.equal(await emailOf(id), email)
})

test('two requests about one account: the first ends it, and the second finds nothing to do', async () => {
  const email = 'again@account.example'
  const { id } = await openAccount(gateway, email)
  const [one, other] = [await entered('erasure', email), await entered('access', email)]
  await service.post(`${one}/act`)
  assert.equal(await emailOf(id), undefined)
  assert.equal((await service.post(`${other}/act`)).status, 409)
  assert.equal((await service.post(`${other}/end`, { done: 'nothing' })).status, 303)
})
