/** The list of endings: it is there after a crash, it forgets with the backups, and what touched it is found. */

import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import { openEndings } from './endings.ts'

const DAY = '2026-05-10'
const noon: Clock = () => Temporal.Instant.from(`${DAY}T12:00:00Z`)
const ids = Array.from({ length: 5 }, () => newId(systemClock()))
const [one = '', two = '', three = ''] = ids

async function keysFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-endings-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('what was noted is on the list, in its order, for whoever opens it', async (t) => {
  const folder = await keysFolder(t)
  const endings = openEndings(folder, noon, 30)
  await endings.note('order', [one, two])
  await endings.note('asked', [three])
  await endings.note('backup', [])
  assert.deepEqual(await openEndings(folder, noon, 30).all(), [
    { what: 'order', id: one, about: '' },
    { what: 'order', id: two, about: '' },
    { what: 'asked', id: three, about: '' },
  ])
  const text = await readFile(join(folder, 'endings', DAY), 'utf8')
  assert.match(text, /^(\w+ [0-9a-f-]{36}\n){3}$/, 'a word and an id, nothing else')
})

test('a hold has its ground and last day, a correction a random reference', async (t) => {
  const folder = await keysFolder(t)
  const endings = openEndings(folder, noon, 30)
  const reference = '0b7c1a52-6c1e-4a0f-9d3e-2f0a1b2c3d4e'
  await endings.note('held', [one, two], '2 2027-01-31')
  await endings.note('corrected', [three], reference)
  assert.deepEqual(await endings.all(), [
    { what: 'held', id: one, about: '2 2027-01-31' },
    { what: 'held', id: two, about: '2 2027-01-31' },
    { what: 'corrected', id: three, about: reference },
  ])
  const path = join(folder, 'endings', DAY)
  for (const about of ['', ' 2', ' a 2027-01-31', ' 2 2027-01-31 ', ` ${reference}`]) {
    await writeFile(path, `held ${one}${about}\norder ${two}\n`)
    const isBegun = ['', ' 2'].includes(about)
    if (isBegun) assert.deepEqual((await endings.all())[0]?.id, two, 'a line that a crash has cut')
    else await assert.rejects(endings.all(), { code: 'storage' }, about)
  }
})

test('of a paper it has how it ended, in that form and no other', async (t) => {
  const folder = await keysFolder(t)
  const endings = openEndings(folder, noon, 30)
  const record = `2 5 ${two} ${three} ${DAY}`
  await endings.note('destroyed', [one], record)
  assert.deepEqual(await endings.all(), [{ what: 'destroyed', id: one, about: record }])
  const path = join(folder, 'endings', DAY)
  await writeFile(path, `destroyed ${one} ${record.slice(0, 30)}\norder ${two}\n`)
  assert.deepEqual((await endings.all())[0]?.id, two, 'a line that a crash has cut')
  for (const about of [`a ${record.slice(2)}`, `${record} 1`, `2 5 ${two} ${three} Maytenth`]) {
    await writeFile(path, `destroyed ${one} ${about}\n`)
    await assert.rejects(endings.all(), { code: 'storage' }, about)
  }
})

test('notes of many at once and of many keys are all there', async (t) => {
  const endings = openEndings(await keysFolder(t), noon, 30)
  const many = Array.from({ length: 2500 }, () => newId(noon()))
  await Promise.all([endings.note('order', many), ...ids.map((id) => endings.note('order', [id]))])
  const found = (await endings.all()).map(({ id }) => id)
  assert.deepEqual(found.toSorted(), [...many, ...ids].toSorted())
})

test('a line that a crash has cut takes no other along', async (t) => {
  const folder = await keysFolder(t)
  await openEndings(folder, noon, 30).note('order', [one])
  const path = join(folder, 'endings', DAY)
  await appendFile(path, `order ${two}`.slice(0, 20))
  const again = openEndings(folder, noon, 30)
  await again.note('order', [three])
  assert.deepEqual(
    (await again.all()).map(({ id }) => id),
    [one, three],
  )
})

test('a list that was changed is refused', async (t) => {
  const folder = await keysFolder(t)
  const endings = openEndings(folder, noon, 30)
  await endings.note('order', [one])
  const path = join(folder, 'endings', DAY)
  for (const text of [`ordre ${one}\n`, `order ${one}0\n`, `order ${one} at noon\n`, '#\n']) {
    await writeFile(path, text)
    await assert.rejects(endings.all(), { code: 'storage', message: /was changed/ }, text)
  }
})

/** The list as it is opened so many days later. */
function later(folder: string, days: number) {
  return openEndings(folder, () => noon().add({ hours: 24 * days }), 30)
}

test('C3.1 a day is forgotten when no backup from before it exists any more', async (t) => {
  const folder = await keysFolder(t)
  await later(folder, 0).note('order', [one])
  for (let day = 1; day <= 31; day += 1) await later(folder, day).begin()
  await later(folder, 31).note('order', [two])
  assert.equal(await later(folder, 31).since(), DAY)
  await later(folder, 32).note('order', [three])
  assert.deepEqual(
    (await later(folder, 32).all()).map(({ id }) => id),
    [two, three],
  )
  assert.equal((await readdir(join(folder, 'endings'))).length, 32)
})

test('a clock that jumps years ahead forgets nothing', async (t) => {
  const folder = await keysFolder(t)
  await later(folder, 0).note('order', [one])
  await later(folder, 6 * 366).note('order', [two])
  await later(folder, 6 * 366 + 1).note('order', [three])
  await later(folder, 1).begin()
  assert.equal((await later(folder, 1).all()).length, 3)
})

test('where nothing can be noted, nothing may be ended', async (t) => {
  const folder = await keysFolder(t)
  await writeFile(join(folder, 'endings'), 'in the way')
  await assert.rejects(openEndings(folder, noon, 30).note('order', [one]), { code: 'storage' })
})
