/** Kept addresses: one default, no more than 20, each sealed under the person's own key and gone with it. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { Personal } from '../privacy/personal.ts'
import { destroyKeys } from '../privacy/vault.ts'
import { accountFor } from './account.ts'
import {
  addressesOf,
  changeAddress,
  keepAddress,
  MOST_ADDRESSES,
  makeDefault,
  removeAddress,
  removeAgain,
} from './addresses.ts'

const { database, vault } = await openKernel({ after })
const customers = { database, vault, clock: systemClock }

function at(line1: string, lastName = 'Hopper') {
  const address = { line1, line2: '', postalCode: '1050', city: 'Copenhagen', region: '' }
  return [
    Personal.of('email', 'grace@addresses.example'),
    Personal.of('firstName', 'Grace'),
    Personal.of('lastName', lastName),
    Personal.of('postalAddress', { ...address, country: 'DK' }),
    Personal.of('phone', ''),
    Personal.of('orderNote', 'not of the address'),
  ]
}

async function opened(): Promise<Id> {
  const email = Personal.of('email', `${newId(systemClock())}@addresses.example`)
  return (await database.transaction((tx) => accountFor(customers, tx, email))).id
}

async function streetsOf(account: Id): Promise<readonly string[]> {
  return (await addressesOf(customers, account)).map(({ postalAddress }) => postalAddress.line1)
}

async function idOf(account: Id, street: string): Promise<Id> {
  const book = await addressesOf(customers, account)
  return book.find(({ postalAddress }) => postalAddress.line1 === street)?.id ?? ''
}

test('C3.1 an address that was taken out does not come back with a backup', async () => {
  const account = await opened()
  for (const street of ['Home 1', 'Work 2']) await keepAddress(customers, account, at(street))
  await database.script('create table was as table sealed_record')
  const home = await idOf(account, 'Home 1')
  await removeAddress(customers, account, home)
  await removeAddress(customers, account, home)
  const noted = (await vault.endings.all()).filter(({ what }) => what === 'removed')
  assert.deepEqual(noted, [{ what: 'removed', id: account, about: home }], 'once')
  await keepAddress(customers, account, at('Cabin 3'))
  await database.script(`
    delete from sealed_record; insert into sealed_record table was; drop table was`)
  assert.deepEqual(await streetsOf(account), ['Home 1', 'Work 2'])
  const gone = { what: 'removed', id: newId(systemClock()), about: home } as const
  for (const _ of [1, 2]) await removeAgain(customers, [...noted, gone])
  assert.deepEqual(await streetsOf(account), ['Work 2'])
})

test('the first address is the default, until another is chosen or it is taken out', async () => {
  const account = await opened()
  assert.deepEqual(await streetsOf(account), [])
  for (const street of ['Home 1', 'Work 2', 'Cabin 3']) {
    await keepAddress(customers, account, at(street))
  }
  await makeDefault(customers, account, await idOf(account, 'Cabin 3'))
  assert.deepEqual(await streetsOf(account), ['Cabin 3', 'Home 1', 'Work 2'])
  await removeAddress(customers, account, await idOf(account, 'Cabin 3'))
  assert.deepEqual(await streetsOf(account), ['Home 1', 'Work 2'])
})

test('an address is kept as it was typed, without the rest of the form', async () => {
  const account = await opened()
  await keepAddress(customers, account, at('Home 1'))
  const [{ id, ...kept } = { id: '' }] = await addressesOf(customers, account)
  assert.deepEqual(kept, {
    ...{ firstName: 'Grace', lastName: 'Hopper', phone: '' },
    postalAddress: {
      ...{ line1: 'Home 1', line2: '', postalCode: '1050' },
      ...{ city: 'Copenhagen', region: '', country: 'DK' },
    },
  })
  await changeAddress(customers, account, id, at('Home 1', 'Murray'))
  assert.equal((await addressesOf(customers, account))[0]?.lastName, 'Murray')
  assert.equal(await idOf(account, 'Home 1'), id)
})

test('the same address is kept once', async () => {
  const account = await opened()
  await keepAddress(customers, account, at('Home 1'))
  await keepAddress(customers, account, at('Home 1'))
  await keepAddress(customers, account, at('Home 1', 'Murray'))
  assert.equal((await addressesOf(customers, account)).length, 2)
})

test('an account keeps 20 addresses, though 25 come at once; none of these is lost', async () => {
  const account = await opened()
  const done = await Promise.allSettled(
    Array.from({ length: 25 }, (_, n) => keepAddress(customers, account, at(`Street ${n}`))),
  )
  const refused = done.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 5)
  for (const { reason } of refused) assert.equal(reason.code, 'conflict')
  assert.equal(new Set(await streetsOf(account)).size, MOST_ADDRESSES)
})

test('an address of another account is neither changed, chosen nor taken out', async () => {
  const [mine, theirs] = [await opened(), await opened()]
  await keepAddress(customers, theirs, at('Theirs 1'))
  await keepAddress(customers, mine, at('Mine 1'))
  const id = await idOf(theirs, 'Theirs 1')
  const notFound = { name: 'Fault', code: 'not_found' }
  await assert.rejects(changeAddress(customers, mine, id, at('Taken over')), notFound)
  await assert.rejects(makeDefault(customers, mine, id), notFound)
  await removeAddress(customers, mine, id)
  assert.deepEqual(await streetsOf(theirs), ['Theirs 1'])
  assert.deepEqual(await streetsOf(mine), ['Mine 1'])
})

test('C3.1 addresses lie sealed under the person’s key, and end with the account for good', async () => {
  const account = await opened()
  await keepAddress(customers, account, at('Umbrastræde 77'))
  const { text, key } = await database.one<{ text: string; key: Id }>(sql`
    select r::text as text, key_id as key from sealed_record r
    where subject = ${account} and kind = 'addresses'`)
  assert.equal(key, account)
  assert.doesNotMatch(text, /Umbra|Copenhagen|Hopper/)
  await database.transaction(async (tx) => {
    await tx.run(sql`delete from account where id = ${account}`)
    await destroyKeys(vault, tx, [account])
  })
  assert.deepEqual(await addressesOf(customers, account), [])
  const ended = { name: 'Fault', code: 'not_found' }
  await assert.rejects(keepAddress(customers, account, at('Umbrastræde 77')), ended)
})
