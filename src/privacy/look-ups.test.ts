/** Look-up values while generations of keys turn: who lives is found by every process, and nobody else. */

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase, untilSomebodyWaits } from '../../test/support/database.ts'
import { contact, keyFolder, person } from '../../test/support/kernel.ts'
import { systemClock } from '../base/clock.ts'
import { type Database, sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { openSignIn, signIn } from '../customers/sign-in.ts'
import type { Covered } from './_covers.ts'
import { openEndings } from './endings.ts'
import {
  coverAnew,
  destroyDue,
  type Generations,
  generationsOf,
  keepGenerations,
  turn,
} from './generations.ts'
import { fileRootKey, openKeys } from './keys.ts'
import { byMailbox, emailDigest, emailLookUp, findSubjects, subjectsOfEmail } from './look-ups.ts'
import { endPasskey, personOfPasskey, sealPasskey } from './passkey-record.ts'
import { Personal } from './personal.ts'
import { adoptGenerations } from './restored-keys.ts'
import { rotateRoot } from './root-rotation.ts'
import { destroyKeys, openVault, sealAccount, sealContact, type Vault } from './vault.ts'

const DAYS = 3

type Process = Generations & { readonly vault: Vault }

async function newStore(t: TestContext) {
  const database = await testDatabase(t)
  const home = await keyFolder(t)
  const root = await fileRootKey(join(home, 'root.key'))
  const folder = join(home, 'keys')
  const process = async (by = root): Promise<Process> => {
    const keys = await openKeys(database, by, folder, systemClock)
    const vault = openVault(keys, openEndings(folder, systemClock, DAYS))
    return { database, clock: systemClock, keys, vault, root: by, folder, backupHorizonDays: DAYS }
  }
  return { database, home, process }
}

async function sealed({ database, vault }: Process, email: string = person.email): Promise<Id> {
  const id = newId(systemClock())
  const others = contact.filter(({ field }) => field !== 'email')
  const of = [...others, Personal.of('email', email)]
  await database.transaction((tx) => sealContact(vault, tx, id, of))
  return id
}

const lookUpOf = ({ vault }: Process, email: string = person.email) =>
  emailLookUp(vault, Personal.of('email', email))

const found = (process: Process, email?: string) =>
  subjectsOfEmail(process.vault, process.database, lookUpOf(process, email))

const ended = ({ database, vault }: Process, id: Id) =>
  database.transaction((tx) => destroyKeys(vault, tx, [id]))

async function age(database: Database, minutes: number): Promise<void> {
  await database.run(sql`
    update generation set created_at = created_at - make_interval(mins => ${minutes}),
      ended_at = ended_at - make_interval(mins => ${minutes})`)
}

/** A day passes, and one process does the house's work. */
async function day(process: Process): Promise<void> {
  await age(process.database, 24 * 60 - 10)
  await keepGenerations(process)
  await age(process.database, 10)
  await keepGenerations(process)
}

const newestFirst = (ids: readonly Id[]) => ids.toSorted().toReversed()

test('who was sealed before or after a turn is found by a process that has not heard of it', async (t) => {
  const { process, database } = await newStore(t)
  const [one, unaware, later] = await Promise.all([process(), process(), process()])
  const all = [await sealed(one), await sealed(unaware)]
  await turn(one)
  all.push(await sealed(one), await sealed(unaware))
  assert.equal(unaware.keys.present(), 1, 'It has not heard of it')
  assert.deepEqual(await found(unaware), newestFirst(all))
  assert.equal(unaware.keys.present(), 2)
  await coverAnew(one)
  const { n } = await database.one<{ n: number }>(
    sql`select count(distinct generation) as n from blind_index`,
  )
  assert.equal(n, 1)
  assert.equal(later.keys.present(), 1)
  for (const field of ['phone', 'lastName'] as const) {
    const subjects = await findSubjects(later.vault, database, field, person[field], 100)
    assert.deepEqual(subjects, newestFirst(all), field)
  }
})

test('the look-up value of an address is the same under every generation', async (t) => {
  const { process, database } = await newStore(t)
  const [one, unaware, another] = await Promise.all([process(), process(), process()])
  const before = await sealed(one)
  await turn(one)
  const [after, other] = [await sealed(one), await sealed(one, 'other@example.com')]
  for (const id of [before, after]) {
    assert.deepEqual(await emailDigest(unaware.vault, database, id), lookUpOf(one))
  }
  const groups = await byMailbox(another.vault, database, [before, other, after])
  assert.deepEqual(groups, [[before, after], [other]])
})

test('people come and end while keys turn: who lives is found, and nobody else', async (t) => {
  const { process, database } = await newStore(t)
  const emails = ['a@example.com', 'b@example.com', 'c@example.com'] as const
  const deeds = fc.array(
    fc.tuple(fc.constantFrom('come', 'turn', 'cover', 'end', 'day'), fc.nat(1), fc.nat(99)),
    { maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(deeds, async (done) => {
      const processes = await Promise.all([process(), process()])
      await database.script('truncate data_key, sealed_record, blind_index')
      const living = new Map<Id, string>()
      for (const [deed, which, pick] of done) {
        const by = processes[which] ?? processes[0]
        const email = emails[pick % emails.length] ?? emails[0]
        if (deed === 'come') living.set(await sealed(by, email), email)
        else if (deed === 'turn') await turn(by)
        else if (deed === 'cover') await coverAnew(by)
        else if (deed === 'day') await day(by)
        else {
          const id = [...living.keys()][pick % Math.max(living.size, 1)]
          if (id !== undefined) await ended(by, id)
          if (id !== undefined) living.delete(id)
        }
      }
      for (const by of [...processes, await process()])
        for (const email of emails) {
          const theirs = [...living].filter(([, of]) => of === email).map(([id]) => id)
          assert.deepEqual(await found(by, email), newestFirst(theirs))
        }
    }),
    { numRuns: 15 },
  )
})

test('while all are covered anew everybody is found, and who ends stays ended', async (t) => {
  const { process, database } = await newStore(t)
  const [one, other] = await Promise.all([process(), process()])
  const all: Id[] = []
  for (let n = 0; n < 300; n += 1) all.push(await sealed(one))
  const [ending, staying] = [all.slice(100, 110), [...all.slice(0, 100), ...all.slice(110)]]
  await turn(one)
  let isOver = false
  const looked = (async () => {
    let looks = 0
    for (; !isOver; looks += 1) {
      const seen = new Set(await found(other))
      assert.ok(staying.every((id) => seen.has(id)))
    }
    return looks
  })()
  await Promise.all([coverAnew(one), ...ending.map((id) => ended(other, id))])
  isOver = true
  assert.ok((await looked) > 1)
  assert.deepEqual(await found(other), newestFirst(staying))
  await coverAnew(one)
  const { n } = await database.one<{ n: number }>(
    sql`select count(*) as n from blind_index where generation < 2`,
  )
  assert.equal(n, 0)
})

test('C3.1 a generation that still covers a look-up value is not destroyed', async (t) => {
  const { process, database } = await newStore(t)
  const [one, slow] = await Promise.all([process(), process()])
  const kept = await sealed(one)
  await day(one)
  assert.ok((await generationsOf(database))[0]?.endedAt)
  const { generation, covered } = slow.keys.cover(slow.keys.lookUp('passkeyCredential', 'slow'))
  assert.equal(generation, 1, 'It has not heard of the turn')
  await database.run(sql`
    insert into blind_index (subject, field, generation, covered)
    values (${kept}, 'passkeyCredential', ${generation}, ${covered})`)
  for (let passed = 0; passed < DAYS + 2; passed += 1) await day(one)
  assert.equal(await personOfPasskey(one.vault, database, 'slow'), kept)
  assert.deepEqual(await found(one), [kept])
})

test('C3.1 after the horizon no copy of a look-up value can be tried by any key that is left', async (t) => {
  const { process, database } = await newStore(t)
  const one = await process()
  const erased = await sealed(one)
  const kept = await sealed(one)
  const copied = await database.many<{ covered: Buffer; generation: number }>(
    sql`select covered, generation from blind_index where subject = ${erased}`,
  )
  assert.equal(copied.length, 4)
  const tried = ({ keys }: Process) => {
    const typed = keys.lookUp('postalCode', person.postalAddress.postalCode)
    return copied.some((copy) => {
      return keys.covers(typed).some((cover) => cover.equals(copy.covered))
    })
  }
  assert.ok(tried(one), 'until it ends, the key finds it')
  await ended(one, erased)
  for (let passed = 0; passed <= DAYS + 1; passed += 1) await day(one)
  for (const holder of [one, await process()]) {
    assert.ok(!tried(holder))
    for (const copy of copied)
      assert.throws(() => holder.keys.uncover(copy), { name: 'Fault', code: 'storage' })
    assert.deepEqual(await found(holder), [kept])
  }
})

test('a passkey from before a turn is found after it, is one person’s, and ends', async (t) => {
  const { process, database } = await newStore(t)
  const [one, unaware] = await Promise.all([process(), process()])
  const person = async (email: string) => {
    const id = newId(systemClock())
    await database.transaction((tx) => sealAccount(one.vault, tx, id, Personal.of('email', email)))
    return id
  }
  const [ada, bob] = [await person('ada@example.com'), await person('bob@example.com')]
  const key = { credential: 'credential-1', publicKey: 'public' }
  const name = Personal.of('passkeyName', 'Phone')
  const seal = ({ vault }: Process, subject: Id, id: Id) =>
    database.transaction((tx) => sealPasskey(vault, tx, { subject, id, name }, key))
  const id = newId(systemClock())
  assert.ok(await seal(one, ada, id))
  await turn(one)
  assert.equal(await seal(unaware, bob, newId(systemClock())), false)
  await coverAnew(one)
  assert.equal(await personOfPasskey(unaware.vault, database, key.credential), ada)
  await turn(one)
  await coverAnew(one)
  await database.transaction((tx) => endPasskey(unaware.vault, tx, ada, id))
  assert.equal(await personOfPasskey(one.vault, database, key.credential), undefined)
  const { n } = await database.one<{ n: number }>(
    sql`select count(*) as n from blind_index where field = 'passkeyCredential'`,
  )
  assert.equal(n, 0)
})

test('C3.1 a passkey ends though the keys turn just while its end waits', async (t) => {
  const { process, database } = await newStore(t)
  const [one, unaware] = await Promise.all([process(), process()])
  const [ada, id] = [newId(systemClock()), newId(systemClock())]
  const key = { credential: 'credential-1', publicKey: 'public' }
  const name = Personal.of('passkeyName', 'Phone')
  await database.transaction(async (tx) => {
    await sealAccount(one.vault, tx, ada, Personal.of('email', 'ada@example.com'))
    await sealPasskey(one.vault, tx, { subject: ada, id, name }, key)
  })
  await turn(one)
  const { generation, covered } = one.keys.cover(
    one.keys.lookUp('passkeyCredential', key.credential),
  )
  const ending = await database.transaction(async (tx) => {
    await tx.run(sql`
      update blind_index set generation = ${generation}, covered = ${covered}
      where field = 'passkeyCredential'`)
    const waiting = database.transaction((other) => endPasskey(unaware.vault, other, ada, id))
    await untilSomebodyWaits(database)
    await unaware.keys.learn(database)
    return [waiting]
  })
  await Promise.all(ending)
  assert.equal(await personOfPasskey(one.vault, database, key.credential), undefined)
})

test('a late answer about generations takes none away that was learnt meanwhile', async (t) => {
  const { process, database } = await newStore(t)
  const [one, late] = await Promise.all([process(), process()])
  await database.transaction(async (tx) => {
    await tx.run(sql`set transaction isolation level repeatable read`)
    await tx.one(sql`select count(*) from generation`)
    await turn(one)
    await late.keys.learn(database)
    await late.keys.learn(tx)
  })
  assert.equal(late.keys.present(), 2)
})

test('a restore that lacks the newest generation, which covers nothing, finds all', async (t) => {
  const { process, database } = await newStore(t)
  const one = await process()
  const kept = await sealed(one)
  await turn(one)
  await rm(join(one.folder, 'generation-2.key'))
  await database.transaction((tx) => adoptGenerations(tx, one.root, one.folder, systemClock()))
  const restored = await process()
  assert.deepEqual(await found(restored), [kept])
  await one.keys.learn(database)
  assert.equal(one.keys.present(), 1)
  await turn(restored)
  assert.deepEqual(await found(restored), [kept])
})

test('C3.1 what counts failed sign-ins is of the generation, and tells nothing after it', async (t) => {
  const { process, database } = await newStore(t)
  const one = await process()
  const fail = async () => {
    const typed = { email: Personal.of('email', person.email), password: 'no password at all' }
    assert.equal(await signIn(openSignIn(one), typed, '127.0.0.1'), undefined)
    return database.many<{ slot: number }>(sql`select slot from sign_in_attempt`)
  }
  assert.equal((await fail()).length, 1)
  assert.equal((await fail()).length, 1)
  await turn(one)
  assert.equal((await fail()).length, 2)
})

/** Covered by a generation that this process takes for the newest. */
const WRITTEN = {
  blind_index: ({ generation, covered }: Covered, id: Id) => sql`
    insert into blind_index (subject, field, generation, covered)
    values (${id}, 'passkeyCredential', ${generation}, ${covered})`,
  mailbox: ({ generation, covered }: Covered, id: Id) => sql`
    insert into mailbox (id, generation, covered) values (${id}, ${generation}, ${covered})`,
} as const

for (const [table, written] of Object.entries(WRITTEN))
  test(`C3.1 what a slow process has written in ${table} keeps its generation, to the last`, async (t) => {
    const { process, database } = await newStore(t)
    const [one, slow] = await Promise.all([process(), process()])
    for (let passed = 0; passed < DAYS; passed += 1) await day(one)
    await turn(one)
    await age(database, 24 * 60)
    const digest = slow.keys.lookUp('email', 'slow@example.com')
    await database.run(written(slow.keys.cover(digest), newId(systemClock())))
    assert.equal(slow.keys.present(), 1)
    assert.deepEqual(await destroyDue(one), [])
    assert.equal((await generationsOf(database))[0]?.endedAt, null)
    assert.equal(await coverAnew(one), 1)
    for (let passed = 0; passed <= DAYS; passed += 1) await day(one)
    assert.ok((await generationsOf(database))[0]?.destroyedAt)
  })

test('C3.1 who is busy while all are covered anew is not waited for, and keeps the generation', async (t) => {
  const { process, database } = await newStore(t)
  const one = await process()
  const busy = await sealed(one)
  await database.transaction(async (tx) => {
    await tx.run(sql`select from blind_index where subject = ${busy} for update`)
    await day(one)
    assert.equal((await generationsOf(database))[0]?.endedAt, null)
  })
  await keepGenerations(one)
  assert.ok((await generationsOf(database))[0]?.endedAt)
  assert.deepEqual(await found(one), [busy])
})

test('one walk covers all, though a batch ends between two values of one order', async (t) => {
  const { process, database } = await newStore(t)
  const one = await process()
  const account = newId(systemClock())
  await database.transaction((tx) =>
    sealAccount(one.vault, tx, account, Personal.of('email', person.email)),
  )
  const orders: Id[] = []
  for (let n = 0; n < 120; n += 1) orders.push(await sealed(one))
  await turn(one)
  assert.equal(await coverAnew(one), 1 + 4 * orders.length)
  const { n } = await database.one<{ n: number }>(
    sql`select count(*) as n from blind_index where generation = 2`,
  )
  assert.equal(n, 1 + 4 * orders.length)
  assert.deepEqual(await found(one), newestFirst([account, ...orders]))
})

test('who runs on by a former root key finds all until the next turn, and then fails', async (t) => {
  const { process, database, home } = await newStore(t)
  const former = await process()
  const to = await fileRootKey(join(home, 'next.key'))
  const { root: from, folder, clock } = former
  await rotateRoot({ database, clock, folder, from, to })
  const present = await process(to)
  const all = newestFirst([await sealed(former), await sealed(present)])
  for (const by of [former, present]) assert.deepEqual(await found(by), all)
  await turn(present)
  await assert.rejects(found(former), { name: 'Fault', code: 'storage' })
  assert.deepEqual(await found(present), all)
})
