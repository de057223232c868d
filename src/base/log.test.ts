/** The log: named events of typed fields, two weeks of them, for nobody else to read. */

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from './failure.ts'
import { errorFields, forgetLogs, noLog, openLog } from './log.ts'

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-log-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** What a file holds once all of it is written. */
async function written(file: string, lines: number): Promise<readonly string[]> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = text.split('\n').slice(0, -1)
    if (found.length >= lines) return found
    await pause(5)
  }
}

test('an event is one line of JSON, with its time', async (t) => {
  const folder = await newFolder(t)
  const log = openLog(folder, () => Temporal.Instant.from('2026-11-23T03:04:05.678901Z'))
  log('request', { route: '/products/:slug', method: 'GET', status: 200, milliseconds: 3 })
  log('failed', { action: 'a "quoted"\nline', error: 'Error', at: '' })
  const [first = '', second = ''] = await written(join(folder, '2026-11-23.log'), 2)
  assert.deepEqual(JSON.parse(first), {
    ...{ level: 'info', event: 'request', at: '2026-11-23T03:04:05.678Z' },
    ...{ route: '/products/:slug', method: 'GET', status: 200, milliseconds: 3 },
  })
  assert.equal(JSON.parse(second).action, 'a "quoted"\nline')
  noLog('stopped', { signal: 'SIGTERM' })
})

test('a day has a file, which only the store reads', async (t) => {
  const folder = join(await newFolder(t), 'log')
  let now = Temporal.Instant.from('2026-11-23T23:59:59.999Z')
  const log = openLog(folder, () => now)
  log('stopped', { signal: 'one' })
  now = now.add({ milliseconds: 1 })
  log('stopped', { signal: 'two' })
  for (const [day, signal] of [
    ['2026-11-23', 'one'],
    ['2026-11-24', 'two'],
  ] as const) {
    const file = join(folder, `${day}.log`)
    const lines = await written(file, 1)
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).signal),
      [signal],
    )
    assert.equal((await stat(file)).mode & 0o777, 0o600)
  }
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
})

test('C7 no line is kept longer than 14 days', async (t) => {
  const folder = await newFolder(t)
  const days = ['2026-11-08', '2026-11-09', '2026-11-10', '2026-11-22', '2032-01-01']
  const names = days.map((day) => `${day}.log`)
  const others = ['notes.txt', '2020-01-01.log.gz', 'x2020-01-01.log']
  for (const name of [...names, ...others]) await writeFile(join(folder, name), '')
  const now = Temporal.Instant.from('2026-11-23T00:00:00Z')
  const left = async () =>
    (await readdir(folder)).filter((name) => /^20\d\d-/.test(name) && !others.includes(name)).sort()
  forgetLogs(folder, now, 14)
  assert.deepEqual(await left(), ['2026-11-10.log', '2026-11-22.log'])
  forgetLogs(folder, now.add({ hours: 24 }), 14)
  assert.deepEqual(await left(), ['2026-11-22.log'])
  for (const name of others) await stat(join(folder, name))
})

test('an error is its kind, its code and a place in our source, and never its message', () => {
  const secret = 'zyx@quillfeather.example'
  const coded = Object.assign(new Error(secret), { code: '23505' })
  const sentence = Object.assign(new Error(secret), { code: `no ${secret}`, name: `${secret} !` })
  const posing = new Error(`x\n    at ${secret} (/src/${secret}:1:1)`)
  const fault = new Fault('storage', secret, { cause: coded })
  for (const error of [coded, sentence, posing, fault, secret, { secret }, null, undefined]) {
    assert.doesNotMatch(JSON.stringify(errorFields(error)), /quillfeather/)
  }
  assert.equal(errorFields(coded).error, 'Error 23505')
  assert.equal(errorFields(fault).error, 'Fault storage')
  assert.match(errorFields(new Error('x')).at, /^src\/base\/log\.test\.ts:\d+$/)
  assert.deepEqual(errorFields(secret), { error: 'string', at: '' })
})
