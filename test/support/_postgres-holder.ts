/**
 * A store process for the tests of `src/base/postgres.ts`: opens a folder's database with one row in it, says so to its
 * parent, and holds it until it is told to stop, or killed.
 */

import pg from 'pg'
import { openPostgres } from '../../src/base/postgres.ts'

const [folder = ''] = process.argv.slice(2)
const postgres = await openPostgres({ folder, settings: { fsync: 'off' } })
const client = new pg.Client({ connectionString: postgres.url })
await client.connect()
await client.query('create table kept as select 1 as id')
await client.end()
process.on('message', () => postgres.stop().then(() => process.exit()))
process.send?.('ready')
