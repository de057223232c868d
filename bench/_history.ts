/**
 * History, as long as a question needs it: the rows of one real order, copied as those of many others, by the database
 * itself. What was sealed under the first order's key does not open under another's id; all else is as it would be.
 */

import { type Database, sql } from '../src/base/database.ts'
import type { Id } from '../src/base/ids.ts'

/** What the books keep of an order once its contact has ended. */
export const BOOKS = [
  ...(['sealed_record', 'orders', 'order_line', 'order_event'] as const),
  ...(['payment', 'accounting_record'] as const),
]

/** With what ends with the contact, or stays without a name. */
export const ALL = [...BOOKS, 'data_key', 'blind_index', 'disclosure'] as const

export type CopiedTable = (typeof ALL)[number]

type Copied = { readonly order: string; readonly anew?: Readonly<Record<string, string>> }

/** The column that names the order, and those that are made anew; `n` counts the copies, `k` the rows of the order. */
const TABLES: Readonly<Record<CopiedTable, Copied>> = {
  data_key: { order: 'id' },
  sealed_record: {
    order: 'subject',
    anew: {
      key_id: 'case when source.key_id = source.subject then made.id else source.key_id end',
    },
  },
  blind_index: { order: 'subject' },
  disclosure: { order: 'subject', anew: { id: 'copied_id(made.n * 8 + source.k, 1)' } },
  orders: { order: 'id', anew: { number: '1000000000 + made.n' } },
  order_line: { order: 'order_id' },
  order_event: { order: 'order_id' },
  payment: { order: 'order_id', anew: { cart_id: 'null' } },
  accounting_record: { order: 'order_id' },
}

const PER_MILLISECOND = 400
/** Of whom the ids are told. */
const SHOWN = 100_000

/** Copies an order so many times, as orders placed from an instant on. Returns the ids of the first ones. */
export async function copyOrder(
  database: Database,
  order: Id,
  copies: {
    readonly count: number
    readonly from: Temporal.Instant
    readonly tables?: readonly CopiedTable[]
    /** Of a month that is not written to any more: its rows are made sooner without a log of writes. */
    readonly isOver?: boolean
  },
): Promise<readonly Id[]> {
  const { count, from, tables = ALL, isOver = false } = copies
  const month = from.toString().slice(0, 7)
  await database.run(sql`call make_partitions(${`${month}-01`}::date, 1)`)
  await database.script(`
    create or replace function copied_id(n bigint, kind int) returns uuid language sql immutable as $$
      select (lpad(to_hex(${from.epochMilliseconds} + n / ${PER_MILLISECOND}), 12, '0')
        || '700' || kind || '8' || lpad(to_hex(n), 15, '0'))::uuid
    $$`)
  if (isOver) {
    const part = month.replace('-', '_')
    for (const table of tables) await database.script(`alter table ${table}_${part} set unlogged`)
  }
  for (const table of tables) await database.script(await copying(database, table, order, count))
  await database.script(`analyze ${tables.join(', ')}`)
  const ids = await database.many<{ id: Id }>(sql`
    select copied_id(n, 0) as id
    from generate_series(0::bigint, ${Math.min(count, SHOWN) - 1}::bigint) as n`)
  return ids.map(({ id }) => id)
}

async function copying(
  database: Database,
  table: CopiedTable,
  order: Id,
  count: number,
): Promise<string> {
  const { order: column, ...rest } = TABLES[table]
  const anew: Readonly<Record<string, string>> = { [column]: 'made.id', ...rest.anew }
  const columns = await database.many<{ name: string }>(sql`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`)
  const names = columns.map(({ name }) => name)
  return `
    insert into ${table} (${names.join(', ')})
    select ${names.map((name) => anew[name] ?? `source.${name}`).join(', ')}
    from (select *, row_number() over () as k from ${table} where ${column} = '${order}') as source
    cross join (
      select n, copied_id(n, 0) as id from generate_series(0::bigint, ${count - 1}::bigint) as n
    ) as made`
}
