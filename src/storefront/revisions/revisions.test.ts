/** The page of all revisions: each with its dates, and what it changed in plain words. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { revision1a } from '../../../policy/revision-1a.ts'
import { testStore } from '../../../test/support/store.ts'
import { frameOf } from '../../../test/support/web.ts'
import type { StoredRevision } from '../../privacy/revision.ts'
import type { PolicyTable } from '../../privacy/table.ts'
import { revisionsPage } from './page.tsx'

const store = await testStore({ after })

test('C9 every revision is linked from the policy, with its dates', async () => {
  const policy = await (await fetch(new URL('/privacy', store.url))).text()
  assert.match(policy, /href="\/privacy\/revisions"/)
  const answer = await fetch(new URL('/privacy/revisions', store.url))
  assert.match(answer.headers.get('cache-control') ?? '', /^public/)
  const html = await answer.text()
  assert.match(html, /Revision 1a<\/h2><p>In force since \w+ \d+, \d+, last updated Jan 1, 2024/)
  assert.match(html, /The first revision of this shop/)
})

test('C9 what a revision changed is said row by row, newest first, in words', async () => {
  const { cart } = revision1a.retention
  const at = (day: string, table: PolicyTable): StoredRevision => {
    return { table, digest: '', inForceAt: Temporal.Instant.from(`${day}T00:00Z`) }
  }
  const next: PolicyTable = {
    ...revision1a,
    revision: '1b',
    flows: revision1a.flows
      .filter(({ to }) => to !== 'partner')
      .map((row) =>
        row.for === 'packing' ? { ...row, fields: [...row.fields, 'orderNote'] } : row,
      ),
    retention: { ...revision1a.retention, cart: { ...cart, atMost: 'PT24H', onErasure: 'stays' } },
  }
  const frame = await frameOf()
  const html = revisionsPage(frame, [at('2026-01-01', revision1a), at('2026-03-02', next)])
  assert.ok(html.indexOf('Revision 1b') < html.indexOf('Revision 1a</h2>'))
  assert.match(html, /In force since Mar 2, 2026/)
  const text = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  assert.match(
    text,
    /What “partner” gets for “fulfilment” this may no longer happen stricter C2\.2/,
  )
  assert.match(text, /gets for “packing” in addition: what you wrote to us looser C8\.1/)
  assert.match(
    text,
    /“24 hours” in place of “30 days”.*“stays” in place of “at once”.*in part, looser/,
  )
})
