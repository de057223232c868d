/** The witness: sees a ledger grow, and shouts at a fork, a rollback, another key and a bad proof. */

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Tree } from '../src/privacy/sequencer.ts'
import { ledgerResources } from '../src/web/ledger.ts'
import { growTo, keyFolder, testLedger } from '../test/support/ledger.ts'
import { listen } from '../test/support/web.ts'
import { readArguments, watch, watchOnce } from './watch.mjs'

const ending = { after }
const keys = await keyFolder(ending)
const [honest, forked] = [await testLedger(ending, keys), await testLedger(ending, keys)]
const foreign = await testLedger(ending, await keyFolder(ending))
const url = await serve(honest)
const forkedUrl = await serve(forked)
const foreignUrl = await serve(foreign)
await growTo(honest, 0, 300)
await growTo(forked, 0, 300, 'another')
await growTo(foreign, 0, 300)

async function serve(tree: Tree): Promise<string> {
  const { server, url } = await listen((server) => ledgerResources(server, tree))
  after(() => server.close())
  return url
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-witness-'))
  after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a ledger that only grows is seen to', async () => {
  const folder = await newFolder()
  assert.match(await watchOnce({ url, folder }), /^shop\.example\/tacet: first look, 300 entries/)
  assert.match(await watchOnce({ url, folder }), /300 entries, 0 more/)
  await growTo(honest, 300, 711)
  assert.match(await watchOnce({ url, folder }), /711 entries, 411 more/)
  const kept = await readdir(folder)
  assert.ok(kept.includes('checkpoint-0000000000000300.txt'))
  assert.ok(kept.includes('checkpoint-0000000000000711.txt'))
  assert.equal(await readFile(join(folder, 'key.txt'), 'utf8'), honest.signer.text)
})

test('a fork is seen, of the same size and of another one, and both sides are kept', async () => {
  const folder = await newFolder()
  await watchOnce({ url: forkedUrl, folder })
  await growTo(forked, 300, 400, 'another')
  await assert.rejects(watchOnce({ url, folder }), { message: /^Fork: the ledger of 711/ })
  const kept = await readdir(folder)
  assert.ok(kept.includes('fork-711-after-300.txt'))
  assert.match(await readFile(join(folder, 'checkpoint.txt'), 'utf8'), /\n300\n/)
  await growTo(forked, 400, 711, 'another')
  const other = await newFolder()
  await watchOnce({ url, folder: other })
  await assert.rejects(watchOnce({ url: forkedUrl, folder: other }), /Fork/)
})

test('a rollback is seen', async () => {
  const folder = await newFolder()
  const small = await testLedger(ending, keys)
  await growTo(small, 0, 5)
  await watchOnce({ url, folder })
  await assert.rejects(watchOnce({ url: await serve(small), folder }), /Rollback: it has 5/)
})

test('a fork or a rollback that was seen once is an alarm until its evidence is moved away', async () => {
  const small = await testLedger(ending, keys)
  await growTo(small, 0, 7)
  const sides = { fork: forkedUrl, rollback: await serve(small) }
  for (const [kind, other] of Object.entries(sides)) {
    const folder = await newFolder()
    const said: string[] = []
    const look = (at: string) => watch({ url: at, folder }, (text) => said.push(text))
    assert.equal(await look(url), 0)
    assert.equal(await look(other), 1)
    const evidence = (await readdir(folder)).find((name) => name.startsWith(kind)) ?? assert.fail()
    const kept = await readFile(join(folder, evidence), 'utf8')
    // The honest side again, the store that is gone, and a witness that is started anew for good.
    assert.equal(await look(url), 1)
    assert.ok(said.at(-1)?.startsWith('ALARM. '))
    assert.ok(said.at(-1)?.includes(join(folder, evidence)))
    assert.match(said.at(-1) ?? '', /Move that away .* the ledger only grew/)
    assert.equal(await look('http://127.0.0.1:9'), 1)
    assert.equal(await watch({ url, folder, everySeconds: 1 }, () => {}), 1)
    assert.equal(await readFile(join(folder, evidence), 'utf8'), kept)
    await rename(join(folder, evidence), join(await newFolder(), evidence))
    assert.equal(await look(url), 0)
  }
})

test('another key is seen, also one that is given', async () => {
  const folder = await newFolder()
  await watchOnce({ url, folder })
  await assert.rejects(watchOnce({ url: foreignUrl, folder }), /Bad signature/)
  const fresh = await newFolder()
  const key = honest.signer.text
  await assert.rejects(watchOnce({ url: foreignUrl, folder: fresh, key }), /Bad signature/)
  await assert.rejects(watchOnce({ url, folder, key: foreign.signer.text }), /key that was given/)
})

test('a store that shows a proof of something else is not believed', async () => {
  const folder = await newFolder()
  const paths: string[] = []
  const liar = createServer(async ({ url: path = '' }, answer) => {
    paths.push(path)
    const real = await fetch(new URL(path.replace(/from=\d+/, 'from=299'), url))
    answer.end(await real.text())
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  after(() => liar.close())
  const liarUrl = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
  await watchOnce({ url: liarUrl, folder })
  await growTo(honest, 711, 800)
  await assert.rejects(watchOnce({ url: liarUrl, folder }), /Fork/)
  assert.ok(paths.includes('/.well-known/tacet/consistency?from=711&to=800'))
})

test('it ends with 0, with 1 at an alarm, with 2 where nothing answers', async () => {
  const folder = await newFolder()
  const said: string[] = []
  const look = (at: string) => watch({ url: at, folder }, (text) => said.push(text))
  assert.equal(await look(url), 0)
  assert.equal(await look(foreignUrl), 1)
  assert.equal(await look('http://127.0.0.1:9'), 2)
  assert.match(
    said.join(''),
    /first look.*\nALARM\. Bad signature.*\nCannot look: http:\/\/127\.0\.0\.1:9 gave no answer \(/,
  )
  const lines: string[] = []
  await watch({ url: foreignUrl, folder, json: true }, (text) => lines.push(text))
  assert.match(lines.join(''), /^\{"code":1,"said":"ALARM\. Bad signature[^\n]*"\}\n$/)
})

test('its arguments are read strictly', () => {
  const asked = { url: 'https://a.example', folder: 'x', key: undefined, json: false }
  const line = ['https://a.example', '--folder', 'x']
  assert.deepEqual(readArguments([...line, '--every', '60']), { ...asked, everySeconds: 60 })
  assert.deepEqual(readArguments([...line, '--json']), {
    ...asked,
    everySeconds: undefined,
    json: true,
  })
  for (const line of ['', 'https://a.example', 'ftp://a --folder x', 'a --folder x']) {
    assert.equal(readArguments(line.split(' ')), undefined, line)
  }
  assert.equal(readArguments(['https://a.example', '--folder', 'x', '--every', '0']), undefined)
})
