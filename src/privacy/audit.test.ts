/** The audit: a ledger that is whole is found whole, and a bit that was flipped is found wherever it is. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openKernel, sealedOrder } from '../../test/support/kernel.ts'
import { addEntries, growTo, keyFolder, testLedger } from '../../test/support/ledger.ts'
import { sql } from '../base/database.ts'
import { type Id, newId } from '../base/ids.ts'
import { conclude } from './_disclosures.ts'
import { auditLedger, examine } from './audit.ts'
import { grant, show } from './gateway.ts'
import { signerOf } from './note.ts'
import { sequence, type Tree } from './sequencer.ts'

/** A ledger with a checkpoint at each size, and one entry more that waits. */
async function ledgerOf(...sizes: readonly number[]): Promise<Tree> {
  const tree = await testLedger({ after }, await keyFolder({ after }))
  let begin = 0
  for (const size of sizes) {
    await growTo(tree, begin, size)
    begin = size
  }
  await addEntries(tree.database, begin, begin + 1)
  return tree
}

const small = await ledgerOf(1, 255, 256, 300, 700)

test('a ledger that is whole is found whole, its progress told', async () => {
  const told: number[] = []
  const audit = await auditLedger(small.database, small.signer, (done, of) => {
    told.push(done)
    assert.equal(of, 700)
  })
  assert.deepEqual(audit, { entries: 700, checkpoints: 6, waiting: 1, findings: [] })
  assert.deepEqual(told, [0, 700])
})

test('an empty ledger is whole', async () => {
  const { database, signer } = await testLedger({ after }, await keyFolder({ after }))
  const audit = await auditLedger(database, signer)
  assert.deepEqual(audit, { entries: 0, checkpoints: 1, waiting: 0, findings: [] })
})

test('checkpoints that another key signed are none', async () => {
  const other = signerOf('shop.example/tacet', Buffer.alloc(32, 1))
  const { findings } = await auditLedger(small.database, other)
  assert.equal(findings.filter((finding) => /^the checkpoint at \d+ was/.test(finding)).length, 6)
  assert.ok(findings.includes('entries from 0 on are under no signed checkpoint'))
})

/** A bit is flipped by this, and flipped back by the same. */
type Flip = readonly [RegExp, ReturnType<typeof sql>]

const flips: readonly Flip[] = [
  [/^entry 123 was changed$/, leaf(123, 30)],
  [/^entry 0 was changed$/, leaf(0, 0)],
  [/^entry 699 was changed$/, leaf(699, 70)],
  [/^the stored hash of entry 300 was changed \(tile 0\/1, place 44\)$/, tile(0, 1, 44 * 32 + 7)],
  [/^the stored hash of entry 699 was changed/, tile(0, 2, 187 * 32 + 31)],
  [/^the stored hash over entries 256 to 511 was changed \(tile 1\/0, place 1\)$/, tile(1, 0, 33)],
  [/^the checkpoint at 300 was changed/, note(300, 3)],
  [/^the checkpoint at 700 was changed/, note(700, 150)],
  [/^the checkpoint at 0 was changed/, note(0, 25)],
  [/^the checkpoint at 44 was changed/, inCheckpoint(256)],
  [/^the checkpoint at 4796 was changed/, inCheckpoint(4096, 700)],
  [/^no entry has the index 5$/, inPosition(2 ** 40)],
  [/^two entries have the index 4$/, inPosition(1)],
  [/^tile 0\/1 is missing$/, inTile(1024, 0)],
  [/^tile 3\/0 holds fewer or more/, inTile(0, 2)],
]

function inCheckpoint(bit: number, size = 300) {
  return sql`update ledger_checkpoint set size = size # ${bit}::bigint
    where size in (${size}, ${size ^ bit})`
}

/** Of the entry that belongs at 5. */
function inPosition(bit: number) {
  return sql`update ledger_position set index = index # ${bit}::bigint
    where entry = (select id from ledger_entry order by id offset 5 limit 1)`
}

function inTile(ofNumber: number, ofLevel: number) {
  return sql`update ledger_tile set number = number # ${ofNumber}::bigint,
      level = level # ${ofLevel}::smallint
    where (level, number) in ((1, 0), (3, 0)) and ${ofLevel}::smallint > 0
      or (level, number) in ((0, 1), (0, 1025)) and ${ofNumber}::bigint > 0`
}

function leaf(index: number, at: number) {
  return sql`
    update ledger_entry set leaf = convert_from(
      set_byte(convert_to(leaf, 'UTF8'), ${at}, get_byte(convert_to(leaf, 'UTF8'), ${at}) # 1), 'UTF8')
    where id = (select entry from ledger_position where index = ${index})`
}

function tile(level: number, number: number, at: number) {
  return sql`
    update ledger_tile set hashes = set_byte(hashes, ${at}, get_byte(hashes, ${at}) # 64)
    where level = ${level} and number = ${number}`
}

function note(size: number, at: number) {
  return sql`
    update ledger_checkpoint set note = convert_from(
      set_byte(convert_to(note, 'UTF8'), ${at}, get_byte(convert_to(note, 'UTF8'), ${at}) # 1), 'UTF8')
    where size = ${size}`
}

async function checkFound({ database, signer }: Tree, [expected, flip]: Flip): Promise<void> {
  const { findings: before } = await auditLedger(database, signer)
  assert.deepEqual(before, [])
  assert.equal(await database.run(flip), 1, expected.source)
  const { findings } = await auditLedger(database, signer)
  const said = `${expected.source}: ${findings.join('; ')}`
  assert.ok(
    findings.some((finding) => expected.test(finding)),
    said,
  )
  assert.equal(await database.run(flip), 1)
}

test('one flipped bit is found, and it is said where', async () => {
  for (const flip of flips) await checkFound(small, flip)
})

test('two changes are told apart', async () => {
  const { database, signer } = small
  const both = [leaf(10, 5), tile(0, 1, 0)]
  for (const flip of both) await database.run(flip)
  assert.deepEqual((await auditLedger(database, signer)).findings, [
    'entry 10 was changed',
    'the stored hash of entry 256 was changed (tile 0/1, place 0)',
  ])
  for (const flip of both) await database.run(flip)
})

test('rows that are gone, or too many, are found', async () => {
  const { database, signer } = small
  const changes: readonly Flip[] = [
    [/^no entry has the index 8$/, sql`delete from ledger_position where index = 8`],
    [
      /^entry 9 is missing/,
      sql`delete from ledger_entry
      where id = (select entry from ledger_position where index = 9)`,
    ],
    [/no place in the tree and does not wait/, sql`delete from ledger_unsequenced`],
    [/^entries from 300 on are under/, sql`delete from ledger_checkpoint where size = 700`],
    [/^the checkpoint of the empty tree/, sql`delete from ledger_checkpoint where size = 0`],
    [/^the tree has 4 tiles, and 3 are/, sql`delete from ledger_tile where level = 1`],
  ]
  for (const [expected, change] of changes) {
    const undone = new Error('undone')
    const audited = database.transaction(async (tx) => {
      assert.equal(await tx.run(change), 1, expected.source)
      const { findings } = await examine(tx, signer)
      assert.ok(
        findings.some((finding) => expected.test(finding)),
        `${expected.source}: ${findings.join('; ')}`,
      )
      throw undone
    })
    await assert.rejects(audited, undone)
  }
})

test('hashes of higher levels are examined as well', async () => {
  const large = await ledgerOf(66_000)
  await checkFound(large, [/over entries 65536 to 65791 was changed/, tile(1, 1, 5)])
  await checkFound(large, [/over entries 0 to 65535 was changed \(tile 2\/0/, tile(2, 0, 31)])
})

const rowChanges: readonly ((id: Id) => ReturnType<typeof sql>)[] = [
  (id) => sql`update disclosure set recipient = 'partner' where id = ${id}`,
  (id) => sql`update disclosure set company = 'Thirc' where id = ${id}`,
  (id) => sql`update disclosure set purpose = 'customs' where id = ${id}`,
  (id) => sql`update disclosure set fields = array['firstName'] where id = ${id}`,
  (id) => sql`update disclosure set channel = 'encrypted' where id = ${id}`,
  (id) => sql`update disclosure set revision = '1b' where id = ${id}`,
  (id) => sql`update disclosure set clause = 'C5' where id = ${id}`,
  (id) => sql`update disclosure set because = 'parcel lost' where id = ${id}`,
  (id) => sql`update disclosure set granted_at = granted_at + interval '1 s' where id = ${id}`,
  (id) => sql`update disclosure set outcome = 'given up' where id = ${id}`,
  (id) => sql`update disclosure set outcome_at = outcome_at - interval '1 s' where id = ${id}`,
  (id) => sql`update disclosure set outcome = null, outcome_at = null where id = ${id}`,
]

test('the row of a disclosure that was changed, taken away or added is found', async (t) => {
  const kernel = await openKernel(t)
  const { gateway, database } = kernel
  const tree = await testLedger(t, await keyFolder(t), database)
  const subject = await sealedOrder(kernel)
  const asked = { to: 'staff: service', for: 'service', company: subject, subject } as const
  await show(gateway, { ...asked, because: 'a delivery has a problem' })
  const booked = { to: 'carrier', for: 'transport', company: 'Third', subject } as const
  const { id } = await database.transaction((tx) =>
    grant(gateway, tx, { ...booked, because: 'parcel booked' }),
  )
  await conclude(database, gateway.clock, { id }, 'given up', 'encrypted')
  await conclude(database, gateway.clock, { id }, 'delivered', 'loopback')
  while ((await sequence(tree)) > 0);
  const findings = async () => (await auditLedger(database, tree.signer)).findings
  assert.deepEqual(await findings(), [])

  for (const [at, change] of rowChanges.entries()) {
    const changing = database.transaction(async (tx) => {
      await tx.run(change(id))
      const found = (await examine(tx, tree.signer)).findings
      assert.deepEqual(
        found,
        [`the row of disclosure ${id} does not say what its entries say`],
        String(at),
      )
      throw new Error('taken back')
    })
    await assert.rejects(changing, { message: 'taken back' })
  }
  const entry = sql`select index from ledger_position where entry = (
    select id from ledger_entry where leaf like '%"kind":"disclosure granted"%')`
  const { index } = await database.one<{ index: number }>(entry)
  for (const [old, by] of [
    ['{', 'x'],
    ['"at":"2', '"at":"x'],
    ['"because":"p', '"because":"\\u0000'],
  ] as const) {
    const changing = database.transaction(async (tx) => {
      await tx.run(sql`
        update ledger_entry set leaf = replace(leaf, ${old}, ${by})
        where leaf like '%"kind":"disclosure granted"%'`)
      const found = (await examine(tx, tree.signer)).findings
      assert.ok(found.includes(`entry ${index} was changed`), old)
      assert.ok(found.includes('what disclosures there were cannot be read from their entries'))
      throw new Error('taken back')
    })
    await assert.rejects(changing, { message: 'taken back' })
  }
  const other = newId(gateway.clock())
  await database.run(sql`update disclosure set id = ${other} where id = ${id}`)
  assert.deepEqual(await findings(), [
    `the row of disclosure ${id} is missing, which was granted`,
    `the row of disclosure ${other} has no entry`,
  ])
})
