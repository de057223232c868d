/**
 * A start that cannot be: a folder that another store holds or that cannot be made, a port that is taken. It is said
 * plainly, nothing is left running, and whoever was there first does not notice.
 */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Program, place, postgresOf, run, runInVain } from '../support/program.ts'
import { ROOT } from '../support/store.ts'

const where = await place({ after })
const pidFile = join(postgresOf(where), 'cluster', 'postmaster.pid')
let store: Program
before(async () => {
  store = await run(where)
})

test('a second store on a folder is refused in plain words, and the first goes on', async (t) => {
  const { port, sandboxPort } = await place(t)
  const { code, said } = await runInVain({ ...where, port, sandboxPort })
  assert.equal(code, 1)
  assert.match(said, /another|already/i)
  assert.doesNotMatch(said, /\n\s+at |Error:/)
  assert.equal((await fetch(store.url)).status, 200)
})

test('a store that is stopped leaves nothing running', async () => {
  assert.equal(await store.stop(), 0)
  assert.equal(existsSync(pidFile), false)
  for (const url of [store.url, store.sandbox]) await assert.rejects(fetch(url), url.href)
})

for (const name of ['port', 'sandboxPort'] as const) {
  test(`a busy ${name} is said in plain words, and nothing is left running`, async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(where[name], '127.0.0.1', resolve))
    const { code, said } = await runInVain(where)
    other.close()
    assert.equal(code, 1)
    assert.match(said, /[Pp]ort/)
    assert.match(said, /Set (?:SANDBOX_)?PORT/)
    assert.doesNotMatch(said, /\n\s+at /)
    assert.equal(existsSync(pidFile), false)
  })
}

test('it starts again once the ports are free', async () => {
  const again = await run(where)
  assert.equal((await fetch(again.url)).status, 200)
  assert.equal(await again.stop(), 0)
})

test('the owner is shown a password by the first start that opens, and by no later one', async (t) => {
  const fresh = await place(t)
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(fresh.port, '127.0.0.1', resolve))
  const { said } = await runInVain(fresh)
  other.close()
  assert.doesNotMatch(said, /owner \/ /)
  for (const shown of [/owner \/ \S{20,}\n/, /owner; a new password: npm run tacet/]) {
    const store = await run(fresh)
    await store.stop()
    assert.match((await store.ended).said, shown)
  }
})

test('a folder for data that cannot be is said in plain words, with its name', async (t) => {
  const [fileThere, fileInIt] = [await place(t), await place(t)]
  await writeFile(join(fileThere.folder, 'data'), '')
  await mkdir(join(fileInIt.folder, 'data'))
  await writeFile(join(fileInIt.folder, 'data', 'logs'), '')
  for (const there of [fileThere, fileInIt, { ...fileThere, folder: '/dev/null' }]) {
    const { code, said } = await runInVain(there)
    assert.equal(code, 1, there.folder)
    assert.ok(said.includes(join(there.folder, 'data')), said)
    assert.match(said, /^Cannot keep data: .* set DATA_DIR to another/)
    assert.doesNotMatch(said, /\n\s+at |Error:/)
  }
})

test('C2.2 a policy against a clause stops start and command line, with clause and remedy', async (t) => {
  const where = await place(t)
  const root = join(where.folder, 'program')
  for (const part of ['src', 'policy', 'scripts', 'package.json'])
    await cp(join(ROOT, part), join(root, part), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  const table = join(root, 'policy', 'revision-1a.ts')
  const text = await readFile(table, 'utf8')
  await writeFile(table, text.replace("channel: 'encrypted'", "channel: 'any'"))
  const stopped = await runInVain(where, root)
  const told =
    /^Tacet does not start\. Policy 1a cannot be used\. C2\.2: "payment processor" .*Set channel/
  assert.equal(stopped.code, 1)
  assert.match(stopped.said, told)
  const line = ['--import', './scripts/tsx.mjs', join(root, 'src', 'tacet.ts'), 'policy', 'check']
  const { status, stderr } = spawnSync(process.execPath, line, { cwd: root, encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, told)
  for (const said of [stopped.said, stderr]) assert.doesNotMatch(said, /\n\s+at |Error:/)
})
