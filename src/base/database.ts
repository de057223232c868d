/**
 * The database: PostgreSQL, spoken to in plain SQL.
 *
 * A query is written where it is needed as sql`…`; each such place is prepared once a connection and named by itself.
 * Rows come back with column names as the SQL gives them (`select placed_at as "placedAt"`), instants as
 * `Temporal.Instant`, dates as text, `bigint` as a safe integer, `bytea` as a Buffer.
 *
 * Queries of one connection are pipelined: what is asked for together leaves in one write and is answered in order.
 * Each write wakes a process of the database, which costs more than most of our queries.
 *
 * Invariant: values travel as parameters only; text of a query comes from the source alone.
 * Invariant: what was asked of a transaction after its end is refused, and written nowhere.
 */

import pg from 'pg'
import { openListener } from './_listener.ts'
import { Bug, check, Fault } from './failure.ts'

/** A query with its parameters; made by `sql` and by nothing else. */
export class Query {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]

  constructor(name: string, text: string, values: readonly unknown[]) {
    this.name = name
    this.text = text
    this.values = values
  }
}

/** What a pool and a transaction have in common. */
export interface Queries {
  /** All rows. */
  many<Row>(query: Query): Promise<readonly Row[]>
  /** The only row. @throws {Bug} when there is none or more than one. */
  one<Row>(query: Query): Promise<Row>
  /** The only row, or undefined. @throws {Bug} when there are more. */
  first<Row>(query: Query): Promise<Row | undefined>
  /** How many rows it touched. */
  run(query: Query): Promise<number>
}

/** Queries that commit or vanish together. */
export interface Transaction extends Queries {
  readonly transaction: true
}

export interface Database extends Queries {
  /** Runs `work` in a transaction: commits what it returns, rolls back what it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs queries that belong to one answer over one connection, each for itself. */
  together<T>(work: (on: Queries) => Promise<T>): Promise<T>
  /** Runs SQL that comes from a file of ours, without parameters. */
  script(text: string): Promise<void>
  /** Calls `heard` on each `NOTIFY channel`, and after a lost connection once, since some may have been missed. */
  listen(channel: string, heard: (payload: string) => void): Promise<void>
  readonly pool: pg.Pool
  close(): Promise<void>
}

export type DatabaseOptions = {
  /** `postgres://…`, or a folder of a Unix socket as `postgres:///name?host=/folder`. */
  readonly url: string
  readonly connections: number
  /** Told of a connection that broke while it lay idle. */
  readonly onLost: (error: Error) => void
}

/**
 * A query is planned once a connection. PostgreSQL would plan those on partitioned tables anew each time, which takes
 * longer than they do. So a query must fit all of its parameters: no `$1 is null or …`.
 */
const PLANNING = '-c plan_cache_mode=force_generic_plan'

const names = new WeakMap<TemplateStringsArray, Query>()
let named = 0

/** A query in plain SQL. Each `${value}` becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Query {
  let shape = names.get(strings)
  if (shape === undefined) {
    const text = strings.reduce((done, part, index) => `${done}$${index}${part}`)
    named += 1
    shape = new Query(`q${named}`, text, [])
    names.set(strings, shape)
  }
  return new Query(shape.name, shape.text, values.map(parameter))
}

/**
 * A plain pool for the job queue, which speaks to the database itself. Whoever asks for it ends it; a connection that
 * breaks while it lies idle is opened anew.
 *
 * Its commits do not wait for the disk. What a power cut takes back is that a job was done: it is done again, and jobs
 * bear that. A job is enqueued by its domain's transaction, which does wait.
 */
export function queuePool(url: string, connections: number): pg.Pool {
  const options = '-c synchronous_commit=off'
  const pool = new pg.Pool({ connectionString: url, max: connections, options })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Opens a pool. Connects at the first query. */
export function openDatabase({ url, connections, onLost }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    pipeline: true,
    options: PLANNING,
    types,
    allowExitOnIdle: false,
  })
  pool.on('error', onLost)
  // Of a connection that breaks while it is used, its queries tell; unheard, this would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const listener = openListener(url, onLost)
  return {
    ...queries(pool),
    pool,
    transaction: (work) => inTransaction(pool, work),
    together: (work) => overOne(pool, work),
    async script(text) {
      await pool.query(text)
    },
    listen: (channel, heard) => listener.listen(channel, heard),
    async close() {
      await listener.close()
      await pool.end()
    },
  }
}

/**
 * Runs `work` in a transaction on a connection of its own, which is handed to it as it is: for copies of whole tables
 * (`copy.ts`), which do not fit between the queries of a pool.
 */
export async function onOwnConnection<T>(
  url: string,
  begin: string,
  work: (tx: Transaction, client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, types })
  client.on('error', () => undefined)
  await client.connect().catch((cause) => {
    throw unreachable(cause)
  })
  try {
    await client.query(begin)
    const result = await work({ ...queries(client), transaction: true }, client)
    const { command } = await client.query('commit')
    check(command === 'COMMIT', 'A transaction went on after a statement of it had failed')
    return result
  } finally {
    // Whatever was not committed vanishes with the connection.
    await client.end()
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  const { on, takeBack } = lend(client)
  let broken: Error | undefined
  try {
    // Not awaited yet: it leaves with the first query.
    gather(client)
    const begun = client.query('begin')
    begun.catch(() => undefined)
    const result = await work({ ...on, transaction: true })
    takeBack()
    await begun
    const { command } = await client.query('commit')
    // PostgreSQL answers a commit after a failed statement with ROLLBACK, and calls it a success.
    check(command === 'COMMIT', 'A transaction went on after a statement of it had failed')
    return result
  } catch (error) {
    takeBack()
    await client.query('rollback').catch((lost: Error) => {
      broken = lost
    })
    throw error
  } finally {
    client.release(broken)
  }
}

async function overOne<T>(pool: pg.Pool, work: (on: Queries) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  const { on, takeBack } = lend(client)
  try {
    return await work(on)
  } finally {
    takeBack()
    client.release()
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (cause) {
    throw unreachable(cause)
  }
}

function unreachable(cause: unknown): Fault {
  return new Fault('storage', 'Cannot reach the database', {
    remedy: 'Look whether PostgreSQL runs and DATABASE_URL is right',
    cause,
  })
}

/**
 * Queries over a connection until it is taken back. Of several things that go on at once one may fail: what the others
 * asked for later would be written for itself, or in a transaction that is not theirs.
 */
function lend(client: pg.PoolClient): { readonly on: Queries; readonly takeBack: () => void } {
  let isOver = false
  const on = queries({
    query: (asked: pg.QueryConfig) => {
      check(!isOver, 'A query was asked for after the end of its transaction')
      gather(client)
      return client.query(asked)
    },
  })
  return {
    on,
    takeBack: () => {
      isOver = true
    },
  }
}

/** What is asked of a connection in one turn of the event loop leaves in one write. */
function gather({ connection: { stream } }: pg.PoolClient): void {
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

type Asked = { readonly query: (asked: pg.QueryConfig) => Promise<pg.QueryResult> }

function queries(on: Asked): Queries {
  const ask = (query: Query) =>
    on.query({ name: query.name, text: query.text, values: [...query.values] })
  return {
    many: async <Row>(query: Query) => (await ask(query)).rows as Row[],
    async one<Row>(query: Query) {
      const { rows } = await ask(query)
      if (rows.length !== 1) throw new Bug(`A query must find one row; it found ${rows.length}`)
      return rows[0] as Row
    },
    async first<Row>(query: Query) {
      const { rows } = await ask(query)
      if (rows.length > 1)
        throw new Bug(`A query must find at most one row; it found ${rows.length}`)
      return rows[0] as Row | undefined
    },
    run: async (query) => (await ask(query)).rowCount ?? 0,
  }
}

/** pg knows no `Temporal`; everything else it writes well by itself. */
function parameter(value: unknown): unknown {
  if (value instanceof Temporal.Instant) return value.toString()
  if (Array.isArray(value)) return value.map(parameter)
  return value
}

/** PostgreSQL's number of `bytea[]`. */
const BYTEA_ARRAY = 1001

const { builtins } = pg.types
const libraryByteArrays = pg.types.getTypeParser(BYTEA_ARRAY as typeof builtins.BYTEA)
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [builtins.INT8, safeInteger],
  [builtins.TIMESTAMPTZ, (text) => Temporal.Instant.from(text)],
  [builtins.DATE, (text) => text],
  [BYTEA_ARRAY, byteArrays],
])

/** The library's reader goes through it letter by letter. As hexadecimal digits it can be taken apart at once. */
function byteArrays(text: string): readonly Buffer[] {
  if (!/^\{(?:"\\\\x[0-9a-f]*",?)+\}$/.test(text)) return libraryByteArrays(text)
  return text
    .slice(2, -2)
    .split('","')
    .map((hex) => Buffer.from(hex.slice(3), 'hex'))
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new Bug('A bigint of the database is beyond a safe integer')
  return value
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ??
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}
