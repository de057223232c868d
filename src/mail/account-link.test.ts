/** Mails about an account: each change is told once, to the address that the account has, and says what it was. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedInAt } from '../../test/support/account.ts'
import { inbox, journal } from '../../test/support/outside.ts'
import { testStore } from '../../test/support/store.ts'
import { accountChanges, accountLosses, tellBy } from '../customers/account-notice.ts'
import { erase } from '../privacy/erasure.ts'
import { wordsEn } from './words.en.ts'

const store = await testStore({ after })
const { database, gateway, erasing } = store
const tell = tellBy(gateway)

test('C6 each change is told once, in words of its own, and leads to another password', async () => {
  const email = 'changes@account.example'
  const { account } = await signedInAt(store, email)
  for (const change of accountChanges) {
    await database.transaction((tx) => tell(tx, account, change))
    await store.work()
    const [mail] = await inbox(store, email)
    assert.ok(mail?.text.includes(wordsEn.accountChange.changes[change]), change)
    assert.match(mail?.text ?? '', /http\S+\/account\/sign-up/)
  }
  await store.work()
  assert.equal((await inbox(store, email)).length, accountChanges.length)
})

test('C6 what a restore has made of it is told once, and leads to where it is mended', async () => {
  const email = 'losses@account.example'
  const { account } = await signedInAt(store, email)
  const paths: string[] = []
  for (const loss of accountLosses) {
    await database.transaction((tx) => tell(tx, account, loss))
    await store.work()
    const [mail] = await inbox(store, email)
    const { opening, link } = wordsEn.accountLoss.losses[loss]
    for (const words of [opening, link]) assert.ok(mail?.text.includes(words), loss)
    paths.push(new URL(/http\S+/.exec(mail?.text ?? '')?.[0] ?? '').pathname)
  }
  assert.deepEqual(paths, ['/account/sign-up', '/account/factor', '/account/factor/codes'])
})

test('C5 a change that was rolled back is told to nobody', async () => {
  const { account } = await signedInAt(store, 'undone@account.example')
  const before = (await journal(store, 'mail')).length
  const undone = database.transaction(async (tx) => {
    await tell(tx, account, 'password changed')
    throw new Error('undone')
  })
  await assert.rejects(undone, /undone/)
  await store.work()
  assert.equal((await journal(store, 'mail')).length, before)
})

test('C3.1 nothing is sent to the address of an account that has ended since', async () => {
  const email = 'ended@account.example'
  const { account } = await signedInAt(store, email)
  await database.transaction((tx) => tell(tx, account, 'password changed'))
  await erase(erasing, [account])
  await store.work()
  assert.deepEqual(await inbox(store, email), [])
})

test('C5 no other event asks for a mail about an account', async () => {
  const { account } = await signedInAt(store, 'newsletter@account.example')
  const other = database.transaction((tx) => tell(tx, account, 'order paid' as 'password changed'))
  await assert.rejects(other, { name: 'Refusal', clause: 'C5' })
})
