/** The command `tacet shipping`: a list, a file out, a file in. */

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from '../../test/support/command-line.ts'

test('prices and zones are listed, written out, changed and taken in', async (t) => {
  const { run, folder } = await commandLine(t)
  const { said } = await run('shipping', 'list')
  assert.match(said, /domestic {2}DK\n/)
  assert.match(said, /eu +express +1 to 3 +0\.5 kg +€16\.90\n +1 kg +€19\.90\n/)
  const { zones, rates } = JSON.parse((await run('shipping', 'list', '--json')).said)
  assert.deepEqual([zones[0], rates.length], [{ country: 'DK', zone: 'domestic' }, 128])

  const file = join(folder, 'rates.csv')
  const written = await run('shipping', 'export', 'rates', file)
  assert.deepEqual([written.code, written.said], [0, `${file}: 128 rows.\n`])
  const again = await run('shipping', 'export', 'zones', file)
  assert.equal(again.code, 1)
  assert.match(again.said, /Cannot write .*not there yet/)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('EUR,500,4.50', 'EUR,500,3.95'))
  assert.match((await run('shipping', 'import', file, '--dry-run')).said, /^Would take 128 rows: 0/)
  const taken = await run('shipping', 'import', file)
  assert.equal(taken.code, 0)
  assert.equal(taken.said, 'Took 128 rows: 0 steps of weight new, 1 changed, 0 ended.\n')
  assert.match((await run('shipping', 'list')).said, /domestic +standard +1 to 3 +0\.5 kg +€3\.95/)

  const methods = join(folder, 'methods.csv')
  assert.equal((await run('shipping', 'export', 'methods', methods)).said, `${methods}: 2 rows.\n`)
  await writeFile(methods, `${await readFile(methods, 'utf8')}pickup,EasyPost\n`)
  assert.equal(
    (await run('shipping', 'import', methods)).said,
    'Took 3 rows: 1 methods new, 0 changed, 0 ended.\n' +
      '  line 1, method: Nobody can choose "pickup": it has no price in EUR yet\n',
  )
})

test('a wrong file is told line by line, with code 2, and one that is none in a sentence', async (t) => {
  const { run, folder } = await commandLine(t)
  const file = join(folder, 'zones.csv')
  await writeFile(file, 'country,zone\nDE,domestic\nXX,domestic\n')
  const { code, said } = await run('shipping', 'import', file)
  assert.equal(code, 2)
  assert.equal(
    said,
    'Nothing was taken of 2 rows, since some are wrong:\n' +
      '  line 3, country: "XX" is no country code of two letters\n',
  )
  const report = JSON.parse((await run('shipping', 'import', file, '--json')).said)
  assert.deepEqual([report.isTaken, report.problemCount], [false, 1])
  const gone = await run('shipping', 'import', `${file}.gone`)
  assert.equal(gone.code, 1)
  assert.match(gone.said, /Cannot import ".*": it cannot be read/)
})
