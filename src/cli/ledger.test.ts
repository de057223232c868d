/** `tacet ledger` and `tacet receipt` on a real ledger. */

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from '../../test/support/command-line.ts'
import { addEntries, growTo, testLedger } from '../../test/support/ledger.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { fileRootKey } from '../privacy/keys.ts'
import { inclusionReceipt } from '../privacy/receipt.ts'
import { beginAnew, sequence } from '../privacy/sequencer.ts'

test('a ledger that is whole is verified with 0, one that was changed with 1', async (t) => {
  const { folder, database, run } = await commandLine(t)
  assert.match((await run('ledger', 'verify')).said, /has not begun/)
  const tree = await testLedger(t, folder, database)
  await growTo(tree, 0, 20)
  await addEntries(database, 20, 22)
  assert.deepEqual(await run('ledger', 'verify'), {
    code: 0,
    said: 'The ledger is whole: 20 entries and 2 checkpoints. 2 entries wait to be taken in.\n',
  })
  assert.equal((await run('ledger', 'key')).said, `${tree.signer.text}\n`)
  await database.run(sql`update ledger_entry set leaf = replace(leaf, 'key', 'kez')
    where id = (select entry from ledger_position where index = 7)`)
  const { code, said } = await run('ledger', 'verify', '--key', tree.signer.text, '--json')
  assert.equal(code, 1)
  assert.deepEqual(JSON.parse(said).findings, ['entry 7 was changed'])
})

test('a receipt is checked against the key of this store, or one that is given', async (t) => {
  const { folder, database, run } = await commandLine(t)
  const tree = await testLedger(t, folder, database)
  const [id = ''] = await addEntries(database, 0, 3)
  assert.equal(await inclusionReceipt(database, id), undefined)
  await sequence(tree)
  const receipt = await inclusionReceipt(database, id)
  const file = join(folder, 'receipt.json')
  await writeFile(file, JSON.stringify(receipt))
  const good = await run('receipt', 'verify', file)
  assert.equal(good.code, 0)
  assert.match(good.said, /genuine[\s\S]*entry 0 of the 3/)
  const asJson = await run('receipt', 'verify', file, '--json', '--key', tree.signer.text)
  assert.equal(JSON.parse(asJson.said).genuine, true)
  const keyFile = join(folder, 'key.txt')
  await writeFile(keyFile, `${tree.signer.text}\n`)
  assert.equal((await run('receipt', 'verify', file, '--key', keyFile)).code, 0)
  const noKey = await run('receipt', 'verify', file, '--key', 'xx')
  assert.equal(noKey.code, 2)
  assert.match(noKey.said, /^Nothing was checked: the key is not the key of a ledger/)
  await writeFile(file, JSON.stringify({ ...receipt, index: 1 }))
  assert.deepEqual(await run('receipt', 'verify', file), {
    code: 1,
    said: 'This receipt is NOT genuine: the proof does not lead from the entry to the signed tree.\n',
  })
  const absent = await run('receipt', 'verify', join(folder, 'absent'))
  assert.equal(absent.code, 2)
  assert.match(absent.said, /Cannot read .* \(ENOENT\)\. Name the file/)
})

test('a receipt holds under the key of a ledger that a restore has ended, and it says so', async (t) => {
  const { folder, database, run } = await commandLine(t)
  const tree = await testLedger(t, folder, database)
  const [id = ''] = await addEntries(database, 0, 3)
  await sequence(tree)
  const receipt = await inclusionReceipt(database, id)
  const file = join(folder, 'receipt.json')
  await writeFile(file, JSON.stringify(receipt))
  const root = await fileRootKey(join(folder, 'keys', 'root.key'))
  await database.transaction((tx) => beginAnew(tx, root, join(folder, 'keys'), systemClock()))
  const { code, said } = await run('receipt', 'verify', file)
  assert.equal(code, 0, said)
  assert.match(said, /genuine[\s\S]*This ledger ended at 20\S+Z with a restore/)
  await writeFile(file, JSON.stringify({ ...receipt, index: 1 }))
  assert.match((await run('receipt', 'verify', file)).said, /NOT genuine: the proof does not lead/)
})

test('what cannot be understood ends with 2', async (t) => {
  const { run } = await commandLine(t)
  for (const line of [
    'ledger',
    'ledger burn',
    'ledger watch',
    'ledger verify x',
    'receipt verify',
  ]) {
    assert.equal((await run(...line.split(' '))).code, 2, line)
  }
})
