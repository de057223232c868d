/** The command `tacet import`, from its arguments to what it writes. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { systemClock } from '../base/clock.ts'
import { runImport } from './import.ts'

async function command(t: TestContext) {
  const database = await testDatabase(t)
  const folder = await mkdtemp(join(tmpdir(), 'import-command-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'catalogue.csv')
  await writeFile(file, 'slug,sku,name,price,currency\njar,JAR,Jar,9,EUR\ncup,CUP,Cup,nine,EUR\n')
  const written: string[] = []
  const run = (...args: readonly string[]) =>
    runImport(args, {
      database,
      picturesFolder: join(folder, 'made'),
      clock: systemClock,
      currency: 'EUR',
      write: (text) => written.push(text),
      isTerminal: false,
    })
  return { file, run, written }
}

test('with --json nothing but the report is written, and refused rows give exit code 2', async (t) => {
  const { file, run, written } = await command(t)
  assert.equal(await run(file, '--json'), 2)
  const report: unknown = JSON.parse(written.join(''))
  assert.ok(typeof report === 'object' && report !== null && 'problemCount' in report)
  assert.equal(report.problemCount, 1)
})

test('into a pipe the result is written in words, with line, column and reason', async (t) => {
  const { file, run, written } = await command(t)
  await run(file, '--dry-run')
  assert.match(written.join(''), /^Would import 2 rows/)
  assert.match(written.join(''), /line 3, price: "nine" is not an amount in EUR/)
})

test('a missing file, a second file and an unknown option are told in a sentence', async (t) => {
  const { file, run } = await command(t)
  await assert.rejects(run(), /Name one CSV file to import/)
  await assert.rejects(run(file, file), /Name one CSV file only/)
  await assert.rejects(run(file, '--fast'), { code: 'invalid' })
  await assert.rejects(run(`${file}.gone`), { code: 'import_unreadable' })
})
