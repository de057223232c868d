/**
 * `tacet keys`: the generations of keys, a turn out of turn, and the move to another root key.
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
import { type Rotated, rotateRoot } from '../privacy/root-rotation.ts'
import {
  type Arguments,
  asJson,
  type Command,
  columns,
  readArguments,
  type Terminal,
  wrong,
} from './command.ts'
import { withData } from './data.ts'
import { withBar } from './installation.ts'

const USAGE = `tacet keys status [--json]
tacet keys turn [--json]
tacet keys rotate-root [--json]

status       the generations: how many data keys each wraps, how many look-up values it covers, when it
             ended, when its key was destroyed.
turn         makes a new generation now, and wraps and covers all anew. The store does so each day by itself;
             do it after somebody may have seen a copy of the keys. The store may run meanwhile.
rotate-root  moves every key of DATA_DIR/keys from the root key that is set to another one. That one is set
             by the same settings with NEXT_ before their names: NEXT_ROOT_KEY=file with NEXT_ROOT_KEY_FILE,
             NEXT_ROOT_KEY=vault with NEXT_VAULT_TRANSIT_KEY, and so on; what is not set so stays as it is.
             A new root key in a file is made. Where the two are one key of Vault or AWS KMS, all is wrapped
             anew by its newest version: do that after you have rotated it there.
             The store may run meanwhile. Cut off at any moment it has done all or nothing: say it again.
             Afterwards set the new root key, start every process of the store again before the next day in
             UTC (until then it makes no new generation), mirror DATA_DIR/keys anew, and destroy the old one.
`

type Deed = (args: Arguments, terminal: Terminal) => Promise<string>

const DEEDS: Readonly<Record<string, Deed>> = {
  status: (args, terminal) => shown(args, terminal, async () => undefined),
  turn: (args, terminal) =>
    shown(args, terminal, async (database) => turnNow(await generationsIn(database, terminal))),
  'rotate-root': rotate,
}

export const keysCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [name = '', ...rest] = args
    const given = readArguments(rest)
    const deed = Object.hasOwn(DEEDS, name) ? DEEDS[name] : undefined
    if (deed === undefined || given.positionals.length > 0)
      throw wrong(`Say one of: ${Object.keys(DEEDS).join(', ')}`, 'keys')
    terminal.write(await deed(given, terminal))
    return 0
  },
}

async function shown(
  { json }: Arguments,
  terminal: Terminal,
  before: (database: Database) => Promise<void>,
): Promise<string> {
  const found = await withData(terminal, 'find', async (database) => {
    await before(database)
    return generationsOf(database)
  })
  return json ? asJson(found) : inWords(found)
}

async function rotate({ json }: Arguments, terminal: Terminal): Promise<string> {
  const { dataFolder, rootKey, nextRootKey } = terminal.config()
  const rotation = {
    ...{ clock: systemClock, folder: join(dataFolder, 'keys') },
    from: await openRootKey(rootKey, systemClock),
    to: await openRootKey(nextRootKey(), systemClock),
  }
  const rotated = await withData(terminal, 'find', (database) =>
    withBar('Moving the keys', terminal.isTerminal && !json, (progress) =>
      rotateRoot({ database, ...rotation }, progress),
    ),
  )
  return json ? asJson(rotated) : whatNext(rotated)
}

function whatNext({ outcome, from, to, secrets }: Rotated): string {
  if (outcome === 'wrapped anew') {
    return (
      `${secrets} keys are wrapped anew by the newest version of the root key in ${to}.\n` +
      'Mirror DATA_DIR/keys anew.\n'
    )
  }
  const done = outcome === 'moved' ? 'were moved' : 'had been moved before'
  return [
    `${secrets} keys ${done} to the new root key (${from} to ${to}). The old one opens none of them.`,
    '1. Set ROOT_KEY and what goes with it as NEXT_ROOT_KEY is now, and unset the latter.',
    '2. Start every process of the store again, before the next day in UTC.',
    '3. Mirror DATA_DIR/keys anew: older copies open by the old root key.',
    '4. Destroy the old root key.',
    '',
  ].join('\n')
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
  const rows = generations.map(({ number, createdAt, endedAt, destroyedAt, keys, lookUps }) => [
    String(number),
    day(createdAt),
    day(endedAt),
    day(destroyedAt),
    String(keys),
    String(lookUps),
  ])
  const head = ['generation', 'made', 'ended', 'destroyed', 'wraps', 'covers']
  return `${columns([head, ...rows])}\n`
}
