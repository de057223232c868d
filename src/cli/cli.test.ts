/** The command line, run as a person would, on a real database. */

import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { revision1a } from '../../policy/revision-1a.ts'
import { testDatabaseUrl } from '../../test/support/database.ts'
import { openDatabase, sql } from '../base/database.ts'
import { readConfig } from '../config/config.ts'
import { runCommandLine } from './main.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('a command that does not exist is said in plain words, with code 2', async () => {
  const { run } = terminal({})
  const { code, complaint } = await run('sell')
  assert.equal(code, 2)
  assert.equal(complaint, 'There is no command "sell". See `npm run tacet -- --help`.\n')
})

test('a wrong option is said in plain words, with code 2', async () => {
  const { run } = terminal({})
  for (const line of [
    'orders list --who',
    'orders list --state lost',
    'orders list --limit 0',
    'orders',
    'policy burn',
    'policy diff 1a',
    'policy show 1a 1a',
    'policy publish 1b',
    'config now',
    'doctor x',
    'shipping',
    'shipping list --dry-run',
    'shipping export prices x.csv',
    'shipping export rates',
    'shipping import',
    'staff add',
    'staff add ann --roles king',
    'staff dance',
  ]) {
    const { code, complaint } = await run(line)
    assert.equal(code, 2, line)
    assert.match(complaint, /--help/, line)
  }
  const { complaint } = await run('orders list --who')
  assert.match(complaint, /^Unknown option '--who'\. See /)
})

test('every command has --help', async () => {
  const { run } = terminal({})
  const { out } = await run('help')
  const names = [...out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name)
  assert.ok(names.length >= 9, 'The list of commands is read')
  assert.deepEqual(Object.keys(JSON.parse((await run('help --json')).out)), names)
  for (const name of names.filter((name) => name !== 'help')) {
    const { code, out } = await run(`${name} --help`)
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^tacet ${name}`))
  }
})

test('an error is JSON when --json was asked for', async () => {
  const { run } = terminal({ DATA_DIR: '/nowhere/at/all' })
  const { code, complaint } = await run('orders list --json')
  assert.equal(code, 1)
  assert.match(JSON.parse(complaint).error, /There is no store here yet/)
})

test('the policy in force keeps every clause, and is shown by clause', async () => {
  const { run } = terminal({})
  const checked = await run('policy check')
  assert.equal(checked.code, 0)
  assert.match(
    checked.out,
    /revision 1a keeps every clause \(\d+ flows, \d+ retention rules, 3 cook/,
  )
  const { out } = await run('policy show')
  assert.doesNotMatch(out, /\bPT?\d+[YDH]\b/, 'limits are in words')
  assert.match(
    out,
    /C8\.1 +carrier +transport +encrypted +the shipment is open\n +first name, last/,
  )
  assert.match(out, /C3\.2 +accounting-record +5 years/)
})

test('a revision that contradicts clauses is refused with each clause and remedy', async (t) => {
  const folder = await temporary(t)
  const { run } = terminal({})
  const file = join(folder, 'next.json')
  const flows = [{ ...revision1a.flows[2], fields: ['firstName', 'orderNote'], channel: 'any' }]
  await writeFile(file, JSON.stringify({ ...revision1a, flows, lastUpdate: 'today' }))
  const { code, out } = await run(`policy check ${file}`)
  assert.equal(code, 1)
  assert.match(out, /C9 +a policy must say its revision/)
  assert.match(out, /C2\.2 +"carrier" for "transport" may travel unencrypted\n +Set channel/)
  assert.match(out, /C8\.1 +"carrier" for "transport" gives orderNote/)
  await writeFile(file, '{"revision": 1, "flows": {}}')
  const misshapen = await run(`policy check ${file} --json`)
  assert.equal(misshapen.code, 1)
  assert.equal(JSON.parse(misshapen.out)[0].problems[0].clause, 'shape')
  await writeFile(file, 'revision 2')
  assert.equal((await run(`policy check ${file}`)).code, 2)
})

test('C9 two revisions are compared clause by clause: files, and what was in force here', async (t) => {
  const folder = await temporary(t)
  const { run, url } = await store(t)
  const file = join(folder, 'next.json')
  const flows = revision1a.flows.slice(1)
  const server = { ...revision1a.retention['server-log'], atMost: 'P60D', ends: 'one day' }
  const retention = { ...revision1a.retention, 'server-log': server }
  await writeFile(file, JSON.stringify({ ...revision1a, revision: '1b', flows, retention }))
  const { code, out } = await run(`policy diff 1a ${file}`)
  assert.equal(code, 0)
  assert.match(out, /^From revision 1a to 1b: stricter in part, looser in part\.\n/)
  assert.match(
    out,
    /C5 +What “payment processor” gets for “payment”: stricter\n +stricter +this may/,
  )
  assert.match(out, /C7 +What is kept as “server-log”.*\n.*“60 days” in place of “14 days”\n/)
  assert.equal(out.split('when it ends').length, 2)
  assert.match(out, / {2}both +when it ends: “one day” in place of “/)
  const told = JSON.parse((await run(`policy diff ${file} 1a --json`)).out)
  assert.deepEqual([told.from, told.to, told.direction], ['1b', '1a', 'mixed'])
  assert.match((await run('policy diff 1a 1a')).out, /nothing is different/i)
  const database = openDatabase({ url, connections: 1, onLost: () => {} })
  await database.run(sql`
    insert into policy_revision (revision, digest, content, in_force_at)
    values ('0z', '', ${JSON.stringify({ ...revision1a, revision: '0z', flows })}, now())`)
  await database.close()
  assert.match((await run('policy diff 0z 1a')).out, /looser\.[\s\S]*this may happen now/)
  assert.equal((await run('policy diff 0z 7q')).code, 1)
  await writeFile(file, JSON.stringify({ ...revision1a, lastUpdate: '' }))
  assert.match((await run(`policy diff 1a ${file}`)).complaint, /no policy that could be in force/)
})

test('C9 a revision is published by an owner who has seen what it changes', async (t) => {
  const { run, url } = await store(t)
  assert.match((await run('policy publish --by ann')).complaint, /"ann" is no owner/)
  await run('staff add ann --roles packing')
  assert.match((await run('policy publish --by ann')).complaint, /"ann" is no owner/)
  await run('staff add bea --roles owner')
  const before = { ...revision1a, revision: '0z', flows: revision1a.flows.slice(1) }
  const database = openDatabase({ url, connections: 1, onLost: () => {} })
  t.after(() => database.close())
  await database.run(sql`
    insert into policy_revision (revision, digest, content, in_force_at)
    values ('0z', '', ${JSON.stringify(before)}, now())`)
  const asked = await run('policy publish --by bea')
  assert.equal(asked.code, 2)
  assert.match(asked.out, /From revision 0z to 1a: looser/)
  assert.match(asked.complaint, /say --yes/)
  const done = await run('policy publish --by bea --yes')
  assert.deepEqual([done.code, done.complaint], [0, ''])
  assert.match(done.out, /this may happen now\nRevision 1a is in force from now on\.\n$/)
  assert.equal((await run('policy publish --by bea')).out, 'Revision 1a is in force already.\n')
  const { login } = await database.one<{ login: string }>(sql`
    select login from policy_revision join staff on id = published_by where revision = '1a'`)
  assert.equal(login, 'bea')
})

test('orders and staff are listed, and a new member signs in with what is shown', async (t) => {
  const { run, url } = await store(t)
  assert.match((await run('orders list')).out, /There is no such order/)
  assert.deepEqual(JSON.parse((await run('orders list --json')).out), [])
  const added = await run('staff add ann --roles packing,service --json')
  const { login, password } = JSON.parse(added.out)
  assert.equal(login, 'ann')
  assert.ok(password.length >= 16)
  assert.match((await run('staff list')).out, /ann +active +packing, service/)
  const reset = JSON.parse((await run('staff reset-password ann --json')).out)
  assert.notEqual(reset.password, password)
  const again = await run('staff add ann --roles owner')
  assert.equal(again.code, 1)
  assert.match(again.complaint, /taken/)
  assert.doesNotMatch((await run('staff list --json')).out, new RegExp(reset.password))
  assert.ok(url)
})

test('the doctor says what is unsafe, and ends with 1 when there is danger', async (t) => {
  const { run, url, folder } = await store(t, { STORE_COUNTRY: 'DE' })
  const forints = await store(t, { STORE_CURRENCY: 'HUF' })
  assert.match((await forints.run('doctor')).out, /danger {3}No parcel has a price in HUF/)
  await mkdir(join(folder, 'keys'))
  await writeFile(join(folder, 'keys', 'root.key'), 'x', { mode: 0o600 })
  await chmod(join(folder, 'keys'), 0o700)
  const sound = await run('doctor')
  assert.equal(sound.code, 0, sound.out)
  assert.match(sound.out, /notice {3}This is a demonstration/)
  assert.match(sound.out, /law of DE keeps invoices 8 years/)
  assert.match(sound.out, /notice {3}The database has fsync/)
  await chmod(join(folder, 'keys', 'root.key'), 0o644)
  const database = openDatabase({ url, connections: 1, onLost: () => {} })
  await database.run(sql`
    insert into order_line (order_id, position, variant_id, sku, title, quantity, unit_minor,
      tax_rate_ppm, weight_grams)
    select id, 1, id, 's', 't', 1, 1, 0, 1
    from (select month_boundary(date_trunc('month', now())::date) as id)`)
  await database.close()
  const unsafe = await run('doctor --json')
  assert.equal(unsafe.code, 1)
  const dangers = JSON.parse(unsafe.out)
    .filter(({ level }: { level: string }) => level === 'danger')
    .map(({ what }: { what: string }) => what)
  assert.equal(dangers.length, 2)
  assert.match(dangers.join(), /Others can read .*root\.key/)
  assert.match(dangers.join(), /1 order lines without their order/)
})

test('the doctor names prices that nobody can pay in a currency of thousandths', async (t) => {
  const { run, url } = await store(t, { STORE_CURRENCY: 'KWD' })
  assert.match((await run('doctor')).out, /All prices in KWD can be paid/)
  const database = openDatabase({ url, connections: 1, onLost: () => {} })
  await database.run(sql`
    insert into shipping_rate (zone, method, currency, up_to_grams, price_minor)
    select zone, method, 'KWD', up_to_grams, 1500 + up_to_grams % 1000 / 100
    from shipping_rate where currency = 'EUR' and zone = 'domestic'`)
  await database.close()
  const { out } = await run('doctor')
  assert.match(out, /danger {3}\d prices cannot be paid in KWD/)
})

test('what others say about an error is not repeated', async () => {
  const { run } = terminal({}, () => {
    throw new Error('ann@secret.example')
  })
  const { code, complaint } = await run('doctor')
  assert.equal(code, 1)
  assert.match(complaint, /our mistake: Error at src\/cli/)
})

function terminal(
  environment: Readonly<Record<string, string>>,
  config = () => readConfig(environment),
) {
  return {
    async run(line: string) {
      let out = ''
      let complaint = ''
      const write = (text: string) => {
        out += text
      }
      const code = await runCommandLine(
        line.split(' '),
        { write, isTerminal: false, root: ROOT, config, holdings: () => [] },
        (text) => {
          complaint += text
        },
      )
      return { code, out, complaint }
    },
  }
}

async function store(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const folder = await temporary(t)
  const url = await testDatabaseUrl(t)
  const { run } = terminal({ DATA_DIR: folder, DATABASE_URL: url, ...environment })
  return { run, url, folder }
}

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-cli-test-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
