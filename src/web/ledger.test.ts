/** The ledger's public resources: the same for everyone, without a cookie, and strict about what is asked. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { growTo, keyFolder, testLedger } from '../../test/support/ledger.ts'
import { listen } from '../../test/support/web.ts'
import { isConsistent } from '../privacy/merkle.ts'
import { fromBase64, openNote, parseCheckpoint, parseKey } from '../privacy/note.ts'
import { ledgerResources } from './ledger.ts'

const ending = { after }
const tree = await testLedger(ending, await keyFolder(ending))
const { server, url } = await listen((server) => ledgerResources(server, tree))
after(() => server.close())

const get = (name: string) => fetch(`${url}/.well-known/tacet/${name}`)

async function head() {
  const key = parseKey((await (await get('key')).text()).trimEnd())
  return parseCheckpoint(openNote(await (await get('checkpoint')).text(), key), key.name)
}

test('checkpoint and key are plain text without a cookie, which may be kept for a while', async () => {
  for (const [name, age] of [
    ['checkpoint', /max-age=5$/],
    ['key', /max-age=86400/],
  ] as const) {
    const answer = await get(name)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(answer.headers.get('set-cookie'), null)
    assert.match(answer.headers.get('cache-control') ?? '', age)
  }
})

test('from the empty ledger on, each checkpoint is proven to continue the last', async () => {
  const heads = [await head()]
  for (const end of [1, 7, 300]) {
    await growTo(tree, heads.at(-1)?.size ?? 0, end)
    heads.push(await head())
  }
  assert.deepEqual(
    heads.map(({ size }) => size),
    [0, 1, 7, 300],
  )
  const last = await head()
  for (const first of heads) {
    const answer = await get(`consistency?from=${first.size}&to=${last.size}`)
    const { proof }: { readonly proof: readonly string[] } = await answer.json()
    const hashes = proof.map((hash) => fromBase64(hash) ?? Buffer.alloc(0))
    assert.ok(isConsistent(first, last, hashes))
  }
})

test('what is no proof of this ledger is refused with 400', async () => {
  const wrong = ['', '?from=1', '?from=2&to=1', '?from=1&to=301', '?from=-1&to=1', '?from=01&to=1']
  for (const query of [...wrong, '?from=1&to=1e2', '?from=1&from=2&to=3', '?from=1&to=%00']) {
    assert.equal((await get(`consistency${query}`)).status, 400, query)
  }
})
