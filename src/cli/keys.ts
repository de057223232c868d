/**
 * `tacet keys`: the generations of keys, and a turn out of turn.
 *
 * Shows numbers and days; never a key.
 */

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import {
  type Generation,
  type Generations,
  generationsOf,
  keepGenerations,
  turn,
} from '../privacy/generations.ts'
import { openKeys } from '../privacy/keys.ts'
import { openRootKey } from '../privacy/root-keys/root-key.ts'
import { asJson, type Command, columns, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet keys status [--json]
tacet keys turn [--json]

status  the generations: how many data keys each wraps, when it ended, when its key was destroyed.
turn    makes a new generation now, and wraps every data key anew. The store does so each day by itself;
        do it after somebody may have seen a copy of the keys. The store may run meanwhile.
`

export const keysCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [deed, ...rest] = args
    const { json, positionals } = readArguments(rest)
    if ((deed !== 'status' && deed !== 'turn') || positionals.length > 0)
      throw wrong('Say `keys status` or `keys turn`', 'keys')
    const found = await withData(terminal, 'find', async (database) => {
      if (deed === 'turn') await turnNow(await generationsIn(database, terminal))
      return generationsOf(database)
    })
    terminal.write(json ? asJson(found) : inWords(found))
    return 0
  },
}

async function turnNow(generations: Generations): Promise<void> {
  await turn(generations)
  await keepGenerations(generations)
}

async function generationsIn(database: Database, { config }: Terminal): Promise<Generations> {
  const { dataFolder, rootKey, backupHorizonDays } = config()
  const root = await openRootKey(rootKey, systemClock)
  const folder = join(dataFolder, 'keys')
  const keys = await openKeys(database, root, folder, systemClock)
  return { database, clock: systemClock, keys, root, folder, backupHorizonDays }
}

function inWords(generations: readonly Generation[]): string {
  const day = (at: Temporal.Instant | null) => at?.toString().slice(0, 10) ?? ''
  const rows = generations.map(({ number, createdAt, endedAt, destroyedAt, keys }) => [
    String(number),
    day(createdAt),
    day(endedAt),
    day(destroyedAt),
    String(keys),
  ])
  return `${columns([['generation', 'made', 'ended', 'destroyed', 'wraps'], ...rows])}\n`
}
