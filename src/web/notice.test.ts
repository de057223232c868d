/** A page says what was done in words of its own, whatever its address claims. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listen } from '../../test/support/web.ts'
import { doneOf } from './notice.tsx'

test('only what a page has words for is said to be done', async (t) => {
  const { url, server } = await listen((routes) => {
    routes.get('/done', async (request) => doneOf(request, { saved: 'It is saved.' }) ?? 'nothing')
  })
  t.after(() => server.close())
  const said = async (query: string) => (await fetch(`${url}/done${query}`)).text()
  assert.equal(await said('?done=saved'), 'It is saved.')
  for (const query of ['', '?done=', '?done=constructor', '?done=__proto__', '?done=<b>'])
    assert.equal(await said(query), 'nothing', query)
})
