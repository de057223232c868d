/** The four forms of a person's data, out of one map: page, JSON, CSV and PDF hold the same, each in its own way. */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { newestOrder } from '../../../test/support/outside.ts'
import { dataLink } from '../../../test/support/own-data.ts'
import { embeddedWords } from '../../../test/support/pdf.ts'
import { ADA, buy } from '../../../test/support/purchase.ts'
import { openAccount, withFactor, withPasskey } from '../../../test/support/sign-in.ts'
import { testStore } from '../../../test/support/store.ts'
import { frameOf } from '../../../test/support/web.ts'
import { findOrder } from '../../orders/order.ts'
import { requestRefund } from '../../payments/refund.ts'
import type { HeldField } from '../../privacy/holdings.ts'
import { type WithheldField, withheld } from '../../privacy/table.ts'
import { openHeld } from '../../privacy/vault.ts'
import { valueText } from './value.tsx'

type Held = {
  readonly order: number
  readonly name: string
  readonly value: HeldField['value']
} & {
  readonly [fact in 'clause' | 'why' | 'since' | 'until' | 'ground']: string | null
}

const store = await testStore({ after })
await buy(store, { contact: { ...ADA, orderNote: 'Ring; then {wait}' } })
const id = await newestOrder(store)
await store.work()
await requestRefund(store.payments, {
  ...{ orderId: id, of: 250, by: id, seenRefundedMinor: 0 },
})
await store.work()
const order = (await findOrder(store.database, id)) ?? assert.fail()
const frame = await frameOf()
const link = await dataLink(store, ADA.email ?? '')
const [html, json, csv, pdf] = await formsBehind(link)
const { held }: { held: readonly Held[] } = JSON.parse(String(json))
const details = held.filter(({ name }) => name === 'order_event.details')

test('C3.1 the JSON is JSON to the bottom: no value is a text that holds more of it', () => {
  assert.ok(details.length >= 3)
  assert.ok(
    details.some(
      ({ value }) => typeof value === 'object' && JSON.stringify(value) === `{"amountMinor":250}`,
    ),
  )
  for (const { name, value } of held) {
    if (typeof value === 'string' && name !== 'orderNote')
      assert.doesNotMatch(value, /^[{["]/, name)
  }
})

test('C3.1 the CSV has each value of the JSON, one of several parts by their names', () => {
  const rows: string[][] = parse(csv ?? '', { bom: true })
  const kept = rows.filter(([part]) => part === 'held')
  assert.equal(kept.length, held.length)
  for (const [at, { order: number, name, value }] of held.entries()) {
    const [, of, named, text = ''] = kept[at] ?? []
    assert.deepEqual([of, named], [String(number), name])
    for (const [key, part] of leavesOf(value)) {
      assert.ok(text.includes(key === '' ? part : `${key}=${part}`), `${name}: ${text}`)
    }
    if (typeof value === 'object') assert.doesNotMatch(text, /[{}"]/, name)
  }
})

test('C3.1 the page and the PDF have each value of the JSON in words', () => {
  const page = plain(String(html).replaceAll(/<[^>]+>/g, ''))
  const paper = plain(embeddedWords(pdf ?? Buffer.of()))
  for (const { name, value } of held) {
    const words = plain(valueText({ frame, order, field: { name, value } }))
    assert.ok(page.includes(words), `${name} on the page: ${words}`)
    assert.ok(paper.includes(words), `${name} in the PDF: ${words}`)
  }
  assert.match(page, /amount:€2\.50/)
})

test('C3.1 what one signs in with is listed in each form, and its value is in none', async () => {
  const account = await openAccount(store.gateway, 'signs-in@account.example')
  await withFactor(store.gateway, account)
  await withPasskey(store.gateway, account, { name: 'Blue phone' })
  const fields = Object.keys(withheld) as readonly WithheldField[]
  const { database, vault } = store.gateway
  const secrets = await openHeld(vault, database, account.id, fields)
  const forms = await formsBehind(await dataLink(store, account.email))
  const [page = '', ofJson = '', ofCsv = ''] = forms.map(String)
  const paper = embeddedWords(forms[3] ?? Buffer.of())
  const { held: own }: { held: readonly Held[] } = JSON.parse(ofJson)
  const rows: string[][] = parse(ofCsv, { bom: true })
  const { page: words, nameOf } = frame.words.data
  for (const name of fields) {
    const entry = own.find((field) => field.name === name) ?? assert.fail(name)
    assert.deepEqual(entry.value, { withheld: withheld[name] })
    assert.deepEqual([entry.clause, entry.until], ['C3.1', null])
    for (const fact of [entry.why, entry.ground]) assert.match(fact ?? '', /[a-z]{4}/)
    const began = Temporal.Instant.from(entry.since ?? '')
    assert.ok(Temporal.Instant.compare(began, store.gateway.clock()) <= 0)
    const row = rows.find(([, , named]) => named === name)
    const { why, clause, since, ground } = entry
    assert.deepEqual(row?.slice(3, 9), [
      ...[`withheld=${withheld[name]}`, why, clause, since, '', ground],
    ])
    for (const text of [page.replaceAll(/<[^>]+>/g, ''), paper]) {
      for (const part of [nameOf(name) ?? name, words.withheld[withheld[name]]])
        assert.ok(plain(text).includes(plain(part)), part)
    }
    const secret = secrets[name] ?? assert.fail(name)
    for (const part of secret.split(' ')) {
      for (const text of [page, ofJson, ofCsv, String(forms[3]), plain(paper)]) {
        assert.ok(!text.includes(part), name)
      }
    }
  }
})

test('the CSV says when a disclosure was concluded, as the JSON does', () => {
  type Disclosed = { readonly outcome: string | null; readonly outcomeAt: string | null }
  const { disclosures }: { disclosures: readonly Disclosed[] } = JSON.parse(String(json))
  const rows: Record<string, string>[] = parse(csv ?? '', { bom: true, columns: true })
  const told = rows.filter(({ part }) => part === 'disclosed')
  assert.ok(disclosures.some(({ outcomeAt }) => outcomeAt !== null))
  assert.deepEqual(
    told.map(({ outcome, concluded }) => [outcome, concluded]),
    disclosures.map(({ outcome, outcomeAt }) => [outcome ?? '', outcomeAt ?? '']),
  )
})

/** What is behind a link as page, JSON, CSV and PDF. */
function formsBehind(door: URL): Promise<readonly Buffer[]> {
  return Promise.all(
    ['', '.json', '.csv', '.pdf'].map(async (ending) => {
      const answer = await fetch(`${door.href}${ending}`)
      assert.equal(answer.status, 200)
      return Buffer.from(await answer.arrayBuffer())
    }),
  )
}

/** Without blanks and commas, which lines that are broken or joined have elsewhere. */
function plain(text: string): string {
  const signs = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  const read = Object.entries(signs).reduce(
    (whole, [code, sign]) => whole.replaceAll(code, sign),
    text,
  )
  return read.replaceAll(/[\s,]+/g, '')
}

/** Each single value with the names that lead to it. */
function leavesOf(value: unknown, name = ''): readonly (readonly [string, string])[] {
  if (value === null) return []
  if (typeof value !== 'object') return [[name, String(value)]]
  return Object.entries(value).flatMap(([key, part]) => {
    const path = Array.isArray(value) ? name : name === '' ? key : `${name}.${key}`
    return leavesOf(part, path)
  })
}
