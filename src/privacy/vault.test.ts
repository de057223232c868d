/** The vault: what is sealed opens in its own place and while its key lives, and nowhere else. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { contact, openKernel, person, sealedOrder } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { normalised } from './_normalised.ts'
import { findSubjects } from './look-ups.ts'
import { Personal } from './personal.ts'
import type { PersonalField } from './table.ts'
import {
  destroyKeys,
  openHeld,
  openVault,
  sealContact,
  sealInvoice,
  sealUnderOwn,
} from './vault.ts'

const kernel = await openKernel({ after })
const { database, vault } = kernel
const fault = { name: 'Fault', code: 'storage' }
const all: readonly PersonalField[] = [
  ...(['firstName', 'lastName', 'postalAddress', 'email', 'phone', 'orderNote'] as const),
  ...(['trackingNumber', 'invoiceName', 'invoiceAddress'] as const),
]
const held = (id: Id, fields = all) => openHeld(vault, database, id, fields)
const invoice = (id: Id, at = systemClock(), of = vault) =>
  database.transaction((tx) => sealInvoice(of, tx, id, at))

test('what was sealed is held, and only what is asked for is opened', async () => {
  const id = await sealedOrder(kernel)
  assert.deepEqual({ ...(await held(id)) }, { ...person })
  assert.deepEqual(Object.keys(await held(id, ['phone', 'trackingNumber'])), ['phone'])
  assert.deepEqual(await held(newId(systemClock())), {})
})

test('any text comes back as it was', async () => {
  const anyText = fc.string({ unit: 'grapheme', maxLength: 200 })
  const property = fc.asyncProperty(anyText, async (text) => {
    const id = await sealedOrder(kernel, [Personal.of('orderNote', text)])
    assert.equal((await held(id)).orderNote, text)
  })
  await fc.assert(property, {
    numRuns: 30,
    examples: [['\u0080'], ['€\u0080\0'], ['x'.repeat(4000)]],
  })
})

test('a length says little: it is padded to 32 bytes', async () => {
  const lengths = new Map<number, number>()
  for (const length of [0, 1, 29, 30, 61, 62]) {
    const id = await sealedOrder(kernel, [Personal.of('orderNote', 'x'.repeat(length))])
    const { size } = await database.one<{ size: number }>(
      sql`select length(sealed[1]) - 29 as size from sealed_record where subject = ${id}`,
    )
    lengths.set(length, size)
  }
  assert.deepEqual([...lengths.values()], [32, 32, 32, 64, 64, 96])
})

test('a sealed field does not open in another row, kind or name', async () => {
  const [id, other] = [await sealedOrder(kernel), await sealedOrder(kernel)]
  const moves = [
    sql`update sealed_record set sealed[1] = sealed[2], sealed[2] = sealed[1] where subject = ${id}`,
    sql`update sealed_record set names[1] = names[2], names[2] = names[1] where subject = ${id}`,
    sql`update sealed_record set kind = 'shipment' where subject = ${id}`,
    sql`update sealed_record set sealed = (select sealed from sealed_record
        where subject = ${other}) where subject = ${id}`,
    sql`update sealed_record set key_id = ${other}, sealed = (select sealed from sealed_record
        where subject = ${other}) where subject = ${id}`,
    sql`update data_key set wrapped = (select wrapped from data_key where id = ${other})
        where id = ${id}`,
  ]
  for (const move of moves) {
    const undone = new Error('undone')
    const moved = database.transaction(async (tx) => {
      assert.equal(await tx.run(move), 1)
      await assert.rejects(openHeld(vault, tx, id, ['firstName', 'lastName']), fault, move.text)
      throw undone
    })
    await assert.rejects(moved, undone)
  }
  assert.equal((await held(id)).lastName, person.lastName)
})

test('when a key is destroyed nothing opens, nothing is found and nothing can be added', async () => {
  const id = await sealedOrder(kernel)
  const spared = await sealedOrder(kernel)
  const found = () => findSubjects(vault, database, 'email', person.email, 100)
  assert.ok((await found()).includes(id))
  const copy = await database.one<{ sealed: readonly Buffer[] }>(
    sql`select sealed from sealed_record where subject = ${id}`,
  )
  await database.transaction((tx) => destroyKeys(vault, tx, [id]))
  assert.deepEqual(await held(id), {})
  assert.deepEqual((await found()).includes(id), false)
  assert.ok((await found()).includes(spared))
  await database.run(sql`insert into sealed_record (subject, kind, key_id, names, sealed, revision)
    values (${id}, 'contact', ${id}, array['firstName'], ${copy.sealed}, '1a')`)
  assert.deepEqual(await held(id), {})
  const add = database.transaction((tx) =>
    sealUnderOwn(vault, tx, id, 'shipment', [Personal.of('trackingNumber', 'T1')]),
  )
  await assert.rejects(add, { name: 'Fault', code: 'not_found' })
})

test('an invoice outlives the order’s key, and nothing else does', async () => {
  const id = await sealedOrder(kernel)
  await invoice(id)
  await database.transaction((tx) => destroyKeys(vault, tx, [id]))
  const name = `${person.firstName} ${person.lastName}`
  assert.deepEqual(
    { ...(await held(id)) },
    { invoiceName: name, invoiceAddress: person.postalAddress },
  )
  await assert.rejects(invoice(id), { name: 'Fault', code: 'not_found' })
})

test('a shipment’s record is replaced by a later one', async () => {
  const id = await sealedOrder(kernel)
  for (const number of ['T1', 'T2']) {
    const values = [Personal.of('trackingNumber', number)]
    await database.transaction((tx) => sealUnderOwn(vault, tx, id, 'shipment', values))
  }
  assert.equal((await held(id)).trackingNumber, 'T2')
})

test('transactions that need a month’s key at once have one key', async () => {
  const at = systemClock().add({ hours: 24 * 32 })
  const ids = await Promise.all(Array.from({ length: 6 }, () => sealedOrder(kernel)))
  const vaults = ids.map(() => openVault(vault.keys, vault.endings))
  await Promise.all(ids.map((id, index) => invoice(id, at, vaults[index])))
  for (const id of ids) assert.ok((await held(id)).invoiceName)
  const { keys } = await database.one<{ keys: number }>(sql`select count(distinct key_id) as keys
    from sealed_record where kind = 'invoice' and subject = any(${ids})`)
  assert.equal(keys, 1)
})

test('a month’s key that was rolled back is never sealed under', async () => {
  const at = systemClock().add({ hours: 24 * 63 })
  const own = openVault(vault.keys, vault.endings)
  const [one, two, three] = [
    await sealedOrder(kernel),
    await sealedOrder(kernel),
    await sealedOrder(kernel),
  ]
  const undone = new Error('undone')
  const rolledBack = database.transaction(async (tx) => {
    await sealInvoice(own, tx, one, at)
    await sealInvoice(own, tx, two, at)
    throw undone
  })
  await assert.rejects(rolledBack, undone)
  assert.equal(own.periodKeys.size, 0)
  for (const id of [one, two, three]) await invoice(id, at, own)
  assert.equal(own.periodKeys.size, 1)
  for (const id of [one, two, three]) assert.ok((await held(id)).invoiceName)
})

test('a look-up does not depend on case, accents, spaces or how a number is set', async () => {
  const id = await sealedOrder(kernel, [
    Personal.of('lastName', 'Müller  Łąkowski'),
    Personal.of('email', 'Ann.Ägir@Mail.Example'),
    Personal.of('phone', '0045 98-76-54-32'),
    Personal.of('postalAddress', { ...person.postalAddress, postalCode: 'SW1A 1AA' }),
  ])
  const finds = async (field: Parameters<typeof findSubjects>[2], value: string) =>
    (await findSubjects(vault, database, field, value, 10)).includes(id)
  assert.ok(await finds('lastName', ' MULLER ŁAKOWSKI '))
  assert.ok(await finds('lastName', 'mu\u0308ller\u200b łąkowski'))
  assert.ok(await finds('lastName', "Muller-L'akowski"))
  assert.ok(await finds('email', ' ann.Ägir@MAIL.example'))
  assert.ok(await finds('phone', '+45 (98) 76 54 32'))
  assert.ok(await finds('postalCode', 'sw1a1aa'))
  assert.equal(await finds('lastName', 'Müller'), false)
  assert.equal(await finds('email', 'Müller Łąkowski'), false)
  for (const nothing of ['', '  ', '\u0301', '-'])
    assert.equal(await finds('postalCode', nothing), false)
})

test('C3.1 two e-mail addresses that only look alike are two mailboxes', () => {
  const same = (one: string, other: string) =>
    assert.equal(normalised('email', one), normalised('email', other))
  const differ = (one: string, other: string) =>
    assert.notEqual(normalised('email', one), normalised('email', other))
  same('Ann@Example.COM', 'ann@example.com')
  same('ann@BÜCHER.example', 'ann@xn--bcher-kva.example')
  differ('josé@example.com', 'jose@example.com')
  // A long s, a full-width letter, and one that nobody sees.
  differ('bo\u017f@example.com', 'bos@example.com')
  differ('\uff41nn@example.com', 'ann@example.com')
  differ('an\u200bn@example.com', 'ann@example.com')
  differ('a n@example.com', 'an@example.com')
})

test('a look-up of a million characters ends at once', { timeout: 5000 }, () => {
  normalised('lastName', '\u0323\u0301'.repeat(500_000))
})

test('look-ups are newest first and bounded', async () => {
  const email = 'many@quillfeather.example'
  const ids: Id[] = []
  for (let count = 0; count < 3; count += 1) {
    const id = newId(systemClock().add({ milliseconds: count }))
    await database.transaction((tx) => sealContact(vault, tx, id, [Personal.of('email', email)]))
    ids.unshift(id)
  }
  assert.deepEqual(await findSubjects(vault, database, 'email', email, 2), ids.slice(0, 2))
})

test('no table holds a value in plain', async () => {
  await invoice(await sealedOrder(kernel))
  const tables = await database.many<{ name: string }>(
    sql`select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  )
  let dump = ''
  for (const { name } of tables) {
    const { rows } = await database.pool.query(`select t::text as row from ${name} t`)
    dump += rows
      .map(({ row }) => row)
      .join('\n')
      .toLowerCase()
  }
  assert.ok(dump.length > 10_000)
  const values = contact.flatMap(
    (personal) => Object.values(Object(personal.reveal())).join('') || [],
  )
  const words = [
    'quillfeather',
    'zyxandra',
    'umbrastr',
    'skanderborg',
    'blue shed',
    '98 76 54',
    ...values,
  ]
  for (const word of words) {
    assert.equal(dump.includes(word.toLowerCase()), false, word)
    assert.equal(dump.includes(Buffer.from(word).toString('hex')), false, word)
    assert.equal(
      dump.includes(Buffer.from(word).toString('base64').toLowerCase().slice(0, -4)),
      false,
    )
  }
})
