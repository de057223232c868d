/** The embedded PostgreSQL survives what happens to processes, folders and power, and tells nobody. */

import assert from 'node:assert/strict'
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { Fault } from './failure.ts'
import { openPostgres, type Postgres, runningPostgres } from './postgres.ts'

const HOLDER = new URL('../../test/support/_postgres-holder.ts', import.meta.url)

const BUSY = `select count(*)::int as answer from pg_stat_activity
  where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()`

test('rows are there after a stop and a new start', async (t) => {
  const { open } = await newFolder(t)
  const first = await open()
  await ask(first, 'create table kept as select 1 as id')
  await first.stop()
  const second = await open()
  assert.equal(await ask(second, 'select count(*)::int as answer from kept'), 1)
})

test('a database holds UTF-8, checks its pages, and listens to no network', async (t) => {
  const { open } = await newFolder(t)
  const postgres = await open()
  assert.equal(await ask(postgres, `select current_setting('server_encoding') as answer`), 'UTF8')
  assert.equal(await ask(postgres, `select current_setting('data_checksums') as answer`), 'on')
  assert.equal(await ask(postgres, `select current_setting('listen_addresses') as answer`), '')
  assert.equal(await ask(postgres, `select upper('é') as answer`), 'É')
})

test('a server is a batch for the scheduler, where the system can say so', async (t) => {
  const { folder, open } = await newFolder(t)
  await open()
  const stat = await readFile(`/proc/${await serverPid(folder)}/stat`, 'utf8').catch(() => '')
  // proc_pid_stat(5), field 41, counted from the state: 3 is SCHED_BATCH.
  const policy = stat.split(') ')[1]?.split(' ')[38]
  const canSay = spawnSync('chrt', ['-b', '0', 'true']).status === 0
  assert.equal(policy, canSay ? '3' : policy)
})

test('the whole works below a folder that others cannot enter', async (t) => {
  const { folder, open } = await newFolder(t)
  const postgres = await open('closed/postgres')
  await chmod(folder, 0o700)
  await ask(postgres, 'create table kept as select generate_series(1, 50000) as id')
  await ask(postgres, `set work_mem = '64kB'; select id as answer from kept order by -id`)
  await ask(postgres, 'checkpoint')
  assert.equal(await ask(postgres, 'select count(*)::int as answer from kept'), 50_000)
})

test('a path too long for a socket is no hindrance', async (t) => {
  const { folder: parent, open } = await newFolder(t)
  const postgres = await open('long'.repeat(25))
  const folder = join(parent, 'long'.repeat(25))
  assert.equal(await runningPostgres(folder), postgres.url)
  await ask(postgres, 'create table kept as select 1 as id')
  await postgres.stop()
  assert.equal(await runningPostgres(folder), undefined)
})

test('a killed server loses nothing', async (t) => {
  const { folder, open } = await newFolder(t)
  const first = await open('', {})
  await ask(first, 'create table kept as select generate_series(1, 1000) as id')
  process.kill(await serverPid(folder), 'SIGKILL')
  await first.stop()
  const second = await open('', {})
  assert.equal(await ask(second, 'select count(*)::int as answer from kept'), 1_000)
})

test('a killed server whose clients are still at work is waited for', async (t) => {
  const { folder, open } = await newFolder(t)
  const first = await open()
  await ask(first, 'create table kept as select 1 as id')
  let isAtWork = true
  const end = () => {
    isAtWork = false
  }
  ask(first, 'select count(*) from generate_series(1, 12000000) as n where n % 7 = 1').then(
    end,
    end,
  )
  while ((await ask(first, BUSY)) === 0);
  process.kill(await serverPid(folder), 'SIGKILL')
  await first.stop()
  assert.ok(isAtWork, 'The work must outlive the server, or this tests nothing')
  const second = await open()
  assert.ok(!isAtWork)
  assert.equal(await ask(second, 'select count(*)::int as answer from kept'), 1)
})

test('a store goes on with the server of a killed store, and stops it', async (t) => {
  const { folder, open } = await newFolder(t)
  const holder = fork(HOLDER, [folder])
  await once(holder, 'message')
  const pid = await serverPid(folder)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const postgres = await open()
  assert.equal(await serverPid(folder), pid)
  assert.equal(await ask(postgres, 'select count(*)::int as answer from kept'), 1)
  await postgres.stop()
  assert.equal(await runningPostgres(folder), undefined)
  await assert.rejects(serverPid(folder), { code: 'ENOENT' })
})

test('a pid file that names another process is no hindrance', async (t) => {
  const { folder, open } = await newFolder(t)
  await (await open()).stop()
  const lines = [process.pid, '/proc/self/cwd', 0, 5432, '.', '', '', 'ready']
  await writeFile(join(folder, 'cluster', 'postmaster.pid'), `${lines.join('\n')}\n`)
  const postgres = await open()
  assert.equal(await ask(postgres, 'select 1 as answer'), 1)
})

test('a start that was cut off in its midst is begun anew', async (t) => {
  const { folder, open } = await newFolder(t)
  await mkdir(join(folder, 'cluster.new', 'base'), { recursive: true })
  const postgres = await open()
  assert.equal(await ask(postgres, 'select 1 as answer'), 1)
})

test('a second store on the same folder is refused', async (t) => {
  const { folder, open } = await newFolder(t)
  const holder = fork(HOLDER, [folder])
  await once(holder, 'message')
  await assert.rejects(openPostgres({ folder }), isFault(/Another Tacet runs on this folder/))
  assert.match((await runningPostgres(folder)) ?? '', /^postgres:\/\/\/tacet/)
  holder.send('stop')
  await once(holder, 'exit')
  await open()
})

test('data of another major version are refused with a remedy', async (t) => {
  const { folder } = await newFolder(t)
  await mkdir(join(folder, 'cluster'))
  await writeFile(join(folder, 'cluster', 'PG_VERSION'), '14\n')
  await assert.rejects(openPostgres({ folder }), isFault(/holds data of PostgreSQL 14/))
})

test('a folder that cannot be made is a fault in plain words', async (t) => {
  const { folder } = await newFolder(t)
  await writeFile(join(folder, 'file'), '')
  await assert.rejects(
    openPostgres({ folder: join(folder, 'file', 'data') }),
    isFault(/Cannot keep/),
  )
})

test('C7 the server log holds no statement and no value of one', async (t) => {
  const { folder, open } = await newFolder(t)
  const postgres = await open()
  await ask(postgres, 'create table person (email text unique, born int)')
  await ask(postgres, `insert into person values ('ann@secret.example', 1)`)
  const wrong = [
    `insert into person values ('ann@secret.example', 1)`,
    `insert into person (born) values ('ann@secret.example')`,
    `select 'ann@secret.example' from nowhere`,
    `do $$ begin raise warning 'ann@secret.example'; raise 'ann@secret.example'; end $$`,
  ]
  for (const statement of wrong) await assert.rejects(ask(postgres, statement))
  await assert.rejects(ask(postgres, 'select $1::int', ['ann@secret.example']))
  await postgres.stop()
  const log = await readFile(join(folder, 'server.log'), 'utf8')
  assert.match(log, /ready to accept connections/)
  assert.doesNotMatch(log, /secret|person|nowhere/)
})

/** A folder for one test, and `open`, whose servers are stopped before the folder goes. */
async function newFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'tacet-postgres-test-'))
  const opened: Postgres[] = []
  t.after(async () => {
    for (const postgres of opened) await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const open = async (below = '', settings: Record<string, string> = { fsync: 'off' }) => {
    const postgres = await openPostgres({ folder: join(folder, below), settings })
    opened.push(postgres)
    return postgres
  }
  return { folder, open }
}

async function ask(postgres: Postgres, text: string, values?: readonly string[]): Promise<unknown> {
  const client = new pg.Client({ connectionString: postgres.url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text, ...(values && { values: [...values] }) })
    return rows?.[0]?.answer
  } finally {
    await client.end()
  }
}

async function serverPid(folder: string): Promise<number> {
  const text = await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n')[0])
}

function isFault(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'storage')
    assert.match(error.message, message)
    assert.ok(error.remedy)
    return true
  }
}
