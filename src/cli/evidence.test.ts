/** The evidence: whole, honest, and without a word about anybody. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { searchFor } from '../../test/support/canary.ts'
import { newestOrder } from '../../test/support/outside.ts'
import { ADA, buy } from '../../test/support/purchase.ts'
import { ROOT, testStore } from '../../test/support/store.ts'
import { systemClock } from '../base/clock.ts'
import { sql } from '../base/database.ts'
import { newId } from '../base/ids.ts'
import { readConfig } from '../config/config.ts'
import { countsOf, erasuresOf } from '../privacy/counts.ts'
import { show } from '../privacy/gateway.ts'
import { append } from '../privacy/ledger.ts'
import { policy } from '../privacy/policy.ts'
import { noteRun } from '../privacy/retention-run.ts'
import { sequence } from '../privacy/sequencer.ts'
import { gather } from './evidence/bundle.ts'
import { enforcement } from './evidence/enforcement.ts'
import { namedTests } from './evidence/named-tests.ts'
import { evidencePage } from './evidence/page.tsx'
import { dpvOf } from './evidence/processing.ts'
import { runCommandLine } from './main.ts'

const store = await testStore({ after }, { embedded: true })
const { database } = store
const { gateway } = store.payments
const today = systemClock().toZonedDateTimeISO('UTC').toPlainDate()
const period = {
  from: today.subtract({ days: 1 }).toString(),
  to: today.add({ days: 1 }).toString(),
}
const config = readConfig({
  DATA_DIR: store.folder,
  PORT: store.url.port,
  STORE_NAME: 'Quiet & <Co>',
})
const gathering = {
  ...{ database, config, clock: systemClock, verifier: store.ledger.signer, root: ROOT },
}
let evidence: Awaited<ReturnType<typeof gather>>
let html: string

before(async () => {
  await buy(store)
  await store.work()
  const subject = await newestOrder(store)
  const conditions = { ...gateway.conditions, 'a reason is stated': () => true }
  const ask = { company: subject, subject, because: 'a question' } as const
  await show({ ...gateway, conditions }, { ...ask, to: 'staff: service', for: 'service' })
  const asked = systemClock().subtract({ hours: 24 * 40 })
  await database.run(sql`call make_partitions(${asked.toString().slice(0, 10)}::date, 3)`)
  const because = 'the person asked'
  const erased = { kind: 'erased', reference: newId(asked), clause: 'C3.1', because } as const
  await append(database, erased, systemClock(), newId(asked))
  const run = {
    by: 'a person',
    contacts: 7,
    months: ['2021-03'],
    finishedAt: systemClock(),
  } as const
  await noteRun(database, { id: newId(systemClock()), ...run })
  await noteRun(database, { id: newId(asked), ...run, contacts: 8 })
  await sequence(store.ledger)
  evidence = await gather(gathering, period)
  html = evidencePage(evidence, 'h1 { color: #000 }')
})

test('every place and table that enforces a clause is there, and every clause says what does', async () => {
  const tables = new Set(
    (await database.many<{ name: string }>(sql`select relname as name from pg_class`)).map(
      ({ name }) => name,
    ),
  )
  assert.deepEqual(
    Object.keys(enforcement).sort(),
    evidence.clauses.map((one) => one.clause).sort(),
  )
  for (const { clause, places, missing } of evidence.clauses) {
    assert.ok(Object.keys(places).length > 0 || missing !== null, clause)
    for (const place of Object.keys(places)) {
      if (place.startsWith('table ')) assert.ok(tables.has(place.slice(6)), place)
      else await access(join(ROOT, place))
    }
  }
})

test('each clause comes with the tests that are named by it, as they stand in the source', () => {
  for (const { clause, tests, missing } of evidence.clauses) {
    assert.ok(tests.length > 0 || missing !== null, clause)
    for (const { name } of tests) assert.ok(name.startsWith(`${clause} `), name)
  }
  const names = evidence.clauses.flatMap(({ tests }) => tests.map(({ name }) => name))
  assert.ok(names.includes('C5 no rule, no flow'))
  assert.ok(names.includes('C6 a policy with a flow for … does not load'))
})

test('where the program has no sources of its tests, none is claimed', async () => {
  assert.deepEqual(await namedTests('/nowhere'), [])
})

test('C5 disclosures are counted by recipient, purpose and outcome, looks by role', async () => {
  const rows = await database.many<{ recipient: string; n: number }>(sql`
    select recipient, count(*) as n from disclosure group by 1 order by 1`)
  const sumOf = (recipient: string) =>
    [...evidence.counts.disclosures, ...evidence.counts.looks]
      .filter((row) => row.recipient === recipient)
      .reduce((sum, { count }) => sum + count, 0)
  for (const { recipient, n } of rows) assert.equal(sumOf(recipient), n, recipient)
  assert.deepEqual(evidence.counts.looks, [
    { recipient: 'staff: service', purpose: 'service', count: 1 },
  ])
  const before = { from: '2020-01-01', to: '2020-02-01' }
  assert.deepEqual((await countsOf(database, before)).disclosures, [])
})

test('C3.1 an erasure counts on the day on which it ended, with when it was asked for', async () => {
  const [erasure, ...more] = evidence.counts.erasures
  assert.deepEqual(more, [])
  assert.ok(erasure !== undefined)
  assert.equal(Math.round(erasure.asked.until(erasure.ended).total('hours')), 24 * 40)
  const asked = erasure.asked.toZonedDateTimeISO('UTC').toPlainDate()
  const then = { from: asked.toString(), to: asked.add({ days: 1 }).toString() }
  assert.deepEqual(await erasuresOf(database, then), [])
  const kinds = evidence.counts.events.map(({ kind }) => kind)
  assert.deepEqual(kinds, ['erased', 'policy revision in force'])
})

test('C3.2 the runs of retention in the period are listed, with what each ended', async () => {
  const [run, ...more] = evidence.counts.retentionRuns
  assert.deepEqual(more, [])
  const { began, ...rest } = run ?? assert.fail()
  assert.deepEqual(rest, { by: 'a person', contacts: 7, months: ['2021-03'] })
  assert.ok(html.includes(began.toString({ smallestUnit: 'second' })))
  assert.match(html, /Runs of retention that ended something.*>7<\/td><td [^>]*>2021-03</s)
})

test('the ledger is audited, and a change in it is said', async () => {
  assert.equal(evidence.ledger.whole, true)
  assert.match(html, /The ledger of \d+ entries is whole/)
  const all = await database.many<{ leaf: string }>(sql`select leaf from ledger_entry`)
  await database.run(sql`update ledger_entry set leaf = replace(leaf, '"C9"', '"C8"')`)
  const changed = evidencePage(await gather(gathering, period), '')
  await database.run(sql`update ledger_entry set leaf = replace(leaf, '"C8"', '"C9"')`)
  assert.ok(all.length > 5)
  assert.match(changed, /NOT whole/)
})

test('the record of processing and the DPV come from the table, with no purpose that C6 or C7 forbid', () => {
  const { activities, limits, controller } = evidence.processing
  assert.equal(activities.length, policy.flows.length)
  assert.equal(limits.length, Object.keys(policy.retention).length)
  assert.equal(controller.name, 'Quiet & <Co>')
  const payment = activities.find(({ activity }) => activity === 'payment')
  assert.deepEqual(payment?.companies, [store.parties.processor.name])
  const dpv = JSON.stringify(dpvOf(policy, config))
  for (const { purpose } of policy.flows) assert.ok(dpv.includes(`"dpv:${purpose}"`), purpose)
  assert.doesNotMatch(dpv, /Advertising|Marketing|Profiling|Tracking|Analytics|SellData/)
})

test('each term of the vocabulary is one of DPV 2.3, and stands where its kind may stand', () => {
  const known = JSON.parse(readFileSync(join(ROOT, 'test/vectors/dpv-2.3.json'), 'utf8'))
  const { '@context': context, '@graph': graph } = JSON.parse(JSON.stringify(dpvOf(policy, config)))
  const prefixes = new Map<string, string>(Object.entries(context))
  const kinds = {
    properties: new Set<string>(),
    classes: new Set<string>(),
    values: new Set<string>(),
  }
  const note = (kind: keyof typeof kinds, name: string) => {
    const [prefix = '', term = ''] = name.split(':')
    const base = prefixes.get(prefix)
    if (base !== undefined) kinds[kind].add(`${base}${term}`)
    else assert.equal(kind, 'values', name)
  }
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) walk(one)
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (key === '@type') note('classes', value)
        else if (key === '@id') note('values', value)
        else {
          note('properties', key)
          walk(value)
        }
      }
    }
  }
  walk(graph)
  for (const kind of ['properties', 'classes', 'values'] as const) {
    assert.deepEqual([...kinds[kind]].sort(), known[kind].toSorted(), kind)
  }
})

test('C5 nothing about any customer is in it, in no disguise; it loads nothing and runs nothing', () => {
  const { email = '', lastName = '', phone = '', line1 = '' } = ADA
  const found = searchFor({ email, lastName, phone, line1 })
  const texts = [html, JSON.stringify(evidence), JSON.stringify(dpvOf(policy, config))]
  for (const text of texts) assert.deepEqual(found(Buffer.from(text)), [])
  assert.doesNotMatch(html, /<script|<link|<img|src=|url\(|<iframe|@import/)
  assert.match(html, /^<!doctype html><html lang="en"><head>.*<style>h1/s)
  assert.match(html, /Quiet &amp; &lt;Co>/)
})

test('the command writes it whole into a folder, and over no other', async () => {
  const folder = join(store.folder, 'evidence')
  const run = async (...args: readonly string[]) => {
    let said = ''
    const write = (text: string) => {
      said += text
    }
    const settings = () => readConfig({ DATA_DIR: store.folder, PORT: store.url.port })
    const terminal = { write, isTerminal: false, root: ROOT, config: settings, holdings: () => [] }
    return { code: await runCommandLine(['evidence', ...args], terminal, write), said }
  }
  const written = await run('--from', period.from, '--to', today.toString(), folder)
  assert.equal(written.code, 0, written.said)
  const data = JSON.parse(await readFile(join(folder, 'evidence.json'), 'utf8'))
  assert.deepEqual(data.period, { from: period.from, until: today.toString() })
  assert.equal(
    JSON.parse(await readFile(join(folder, 'dpv.jsonld'), 'utf8'))['@graph'].length,
    policy.flows.length + 1,
  )
  assert.match(await readFile(join(folder, 'evidence.html'), 'utf8'), /@media print/)
  assert.equal((await run(folder)).code, 1)
  const file = await run(join(folder, 'evidence.json'))
  assert.match(file.said, /^Cannot write the evidence into .*evidence\.json\. Name a folder/)
  for (const wrong of [
    ['--from', '2026-02-30'],
    ['--from', '1969-01-01'],
    ['--from', '2026-02-02', '--to', '2026-02-01'],
  ]) {
    assert.equal((await run(...wrong, folder)).code, 2)
  }
  assert.equal((await run()).code, 2)
})

test('C5 requests that were stopped on their way out are told from the logs, cut lines are not', async () => {
  const day = today.toString()
  const line = (event: string) =>
    JSON.stringify({
      level: 'info',
      event,
      recipient: 'carrier',
      purpose: 'transport',
      field: 'email',
    })
  const cut = line('egress stopped').slice(0, -5)
  const folder = join(store.folder, 'stopped')
  await mkdir(join(folder, 'logs'), { recursive: true })
  await writeFile(
    join(folder, 'logs', `${day}.log`),
    [line('request'), line('egress stopped'), cut].join('\n'),
  )
  await writeFile(join(folder, 'logs', '2020-01-01.log'), line('egress stopped'))
  const found = await gather({ ...gathering, config: { ...config, dataFolder: folder } }, period)
  assert.deepEqual(found.stoppedInLogs, {
    days: [day],
    stopped: [{ recipient: 'carrier', purpose: 'transport', field: 'email' }],
  })
})
