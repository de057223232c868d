/**
 * `launch.mjs` where the machine's own Node is old: npm leaves out what does not want that Node, and the packaged one
 * installs it. The npm here is one that only notes by which Node it was run.
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

const BINDING = {
  ...{ version: '1.0.0', integrity: 'sha512-x', optional: true },
  ...{ os: [process.platform], cpu: [process.arch] },
}
const LOCKED = JSON.stringify({ packages: { '': {}, 'node_modules/binding': BINDING } })

const NPM = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
const by = process.env.BY ?? 'system'
appendFileSync('installs', by + ' ')
mkdirSync('${FOLDER}', { recursive: true })
writeFileSync('${FOLDER}/node', ${JSON.stringify(NODE)}, { mode: 0o755 })
const isWhole = by !== process.env.LEAVES_OUT
const installed = isWhole ? ${JSON.stringify(LOCKED)} : '{"packages":{}}'
writeFileSync('node_modules/.package-lock.json', installed)
`

/** @param leavesOut by which Node npm leaves the binding out. */
async function program(t: TestContext, leavesOut: string) {
  const root = await mkdtemp(join(tmpdir(), 'tacet-launch-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  const files = {
    'launch.mjs': await readFile(join(ROOT, 'launch.mjs'), 'utf8'),
    'package.json': '{}',
    'package-lock.json': LOCKED,
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
      env: {
        ...process.env,
        npm_execpath: join(root, 'npm-cli.mjs'),
        LEAVES_OUT: leavesOut,
      },
    })
  return { run, installs: () => readFile(join(root, 'installs'), 'utf8') }
}

for (const [leavesOut, expected] of [
  ['system', 'system packaged '],
  ['nobody', 'system '],
] as const) {
  test(`where npm by ${leavesOut} leaves a package out, it is run by ${expected}`, async (t) => {
    const { run, installs } = await program(t, leavesOut)
    const { stdout, stderr } = run()
    assert.equal(stdout, 'packaged', stderr)
    assert.equal(await installs(), expected)
    assert.equal(run().stdout, 'packaged')
    assert.equal(await installs(), expected, 'nothing is installed again')
  })
}
