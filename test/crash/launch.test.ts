/**
 * `launch.mjs` where the machine's own Node is too old: npm leaves out what does not want that Node, and the packaged
 * one installs it. The npm here is one that only notes by which Node it was run.
 */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ROOT } from '../support/store.ts'

const SYSTEM = process.platform === 'darwin' ? 'bin-darwin' : process.platform
const FOLDER = `node_modules/node-${SYSTEM}-${process.arch}/bin`

/** Of the packaged Node, which lies where npm puts it, and makes no link to it. */
const NODE = `#!/bin/sh\nBY=packaged exec "${process.execPath}" "$@"\n`

const NPM = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
appendFileSync('installs', (process.env.BY ?? 'system') + ' ')
mkdirSync('${FOLDER}', { recursive: true })
writeFileSync('${FOLDER}/node', ${JSON.stringify(NODE)}, { mode: 0o755 })
`

async function program(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'tacet-launch-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  const launcher = await readFile(join(ROOT, 'launch.mjs'), 'utf8')
  const files = {
    'launch.mjs': launcher.replace('NODE_MAJOR = 26', 'NODE_MAJOR = 999'),
    'package.json': '{}',
    'package-lock.json': '{}',
    'npm-cli.mjs': NPM,
    'scripts/tsx.mjs': '',
    'src/tacet.ts': 'process.stdout.write(process.env.BY)',
  }
  for (const folder of ['scripts', 'src']) await mkdir(join(root, folder))
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  const run = () =>
    spawnSync(process.execPath, ['launch.mjs', 'tacet'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: join(root, 'npm-cli.mjs') },
    })
  return { run, installs: () => readFile(join(root, 'installs'), 'utf8') }
}

test('an old Node installs, and the packaged one what npm left out; it runs the program', async (t) => {
  const { run, installs } = await program(t)
  const { stdout, stderr } = run()
  assert.equal(stdout, 'packaged', stderr)
  assert.equal(await installs(), 'system packaged ')
  assert.equal(run().stdout, 'packaged')
  assert.equal(await installs(), 'system packaged ', 'nothing is installed again')
})
