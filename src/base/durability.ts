/**
 * Whether a database keeps what it has confirmed: PostgreSQL's version, and the settings that make it forget.
 *
 * What was confirmed must survive a power cut: a payment, and just as much the end of somebody's data (C3.1).
 */

import { type Queries, sql } from './database.ts'

export type Durability = {
  /** PostgreSQL's major version. */
  readonly major: number
  /** Settings that are off and may not be. */
  readonly off: readonly string[]
}

export const OLDEST_POSTGRES = 15

export async function readDurability(on: Queries): Promise<Durability> {
  const { version, ...switches } = await on.one<{
    version: number
    fsync: string
    full_page_writes: string
    synchronous_commit: string
  }>(sql`
    select current_setting('server_version_num')::integer as version,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit`)
  const off = Object.entries(switches).flatMap(([name, value]) => (value === 'off' ? [name] : []))
  return { major: Math.floor(version / 10_000), off }
}
