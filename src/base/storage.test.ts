/**
 * Rules of folders for data: what cannot be is told by the folder's name and with a remedy.
 */

import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder, storageFault } from './storage.ts'

test('a folder is made with those above it, closed to others, and may be there already', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'tacet-folder-'))
  t.after(() => rm(parent, { recursive: true }))
  const folder = join(parent, 'a', 'b')
  for (let time = 0; time < 2; time += 1) await makeFolder('keep data', folder)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  const file = join(folder, 'file')
  await writeFile(file, '')
  for (const wrong of [
    file,
    join(file, 'below'),
    '/dev/null/x',
    '/proc/tacet',
    '/proc/a/b',
    join(folder, 'x'.repeat(300)),
  ]) {
    await assert.rejects(makeFolder('keep data', wrong), {
      ...{ name: 'Fault', code: 'storage', remedy: /set DATA_DIR/ },
      message: `Cannot keep data: no folder can be made at ${wrong}`,
    })
  }
})

test('a folder that may not be written and a full disk are told apart', () => {
  for (const [code, message, remedy] of [
    ['EACCES: permission denied', /: \/data cannot be written$/, /set DATA_DIR/],
    ['EROFS: read-only file system', /: \/data cannot be written$/, /set DATA_DIR/],
    ['ENOSPC: no space left on device', /: the disk of \/data is full$/, /Make room/],
  ] as const) {
    const fault = storageFault('keep data', '/data', new Error(`${code}, mkdir '/data'`))
    assert.match(fault.message, message)
    assert.match(fault.remedy ?? '', remedy)
  }
})
