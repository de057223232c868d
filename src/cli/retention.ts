/**
 * `tacet retention`: what ends when, what is over ended now, and the word of a person that the clock is right.
 *
 * Counts only; no order is named.
 */

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { openEndings } from '../privacy/endings.ts'
import { openKeys } from '../privacy/keys.ts'
import {
  type Due,
  dueNow,
  type Forecast,
  forecast,
  type Retaining,
  runRetention,
} from '../privacy/retention.ts'
import type { Ended } from '../privacy/retention-run.ts'
import { openRootKey } from '../privacy/root-keys/root-key.ts'
import { type ClockHold, clockHold, trustClock } from '../privacy/steady-time.ts'
import { openVault } from '../privacy/vault.ts'
import { asJson, type Command, columns, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'
import { withBar } from './installation.ts'

const USAGE = `tacet retention forecast [--months N] [--json]
tacet retention run [--dry-run] [--json]
tacet retention resume [--json]

forecast  how many orders' contacts and records of the books end in each coming month (12 unless told).
run       ends now what is over, as the store does by itself each hour while it runs: 5000 contacts at the
          most. The store may run meanwhile. With --dry-run it ends nothing, and says what it would.
resume    says that the clock is right, after it had jumped or the store had stood still for over 48 hours.
          Until then nothing is ended by the clock.
`

const MOST_MONTHS = 120

export const retentionCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [deed, ...rest] = args
    if (deed === 'forecast') return show(rest, terminal)
    if (deed === 'run') {
      const others = rest.filter((arg) => arg !== '--dry-run')
      return others.length < rest.length ? tryOut(others, terminal) : runNow(others, terminal)
    }
    if (deed === 'resume') return resume(rest, terminal)
    throw wrong('Say `retention forecast`, `retention run` or `retention resume`', 'retention')
  },
}

async function show(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals, options } = readArguments(args, 'months')
  const months = Number(options.months ?? 12)
  if (positionals.length > 0 || !Number.isInteger(months) || months < 1 || months > MOST_MONTHS)
    throw wrong(`Say how many months, up to ${MOST_MONTHS}`, 'retention')
  const { contactMonths } = terminal.config()
  const found = await withData(terminal, 'find', (database) =>
    forecast({ database, clock: systemClock, contactMonths }, months),
  )
  terminal.write(json ? asJson(found) : inWords(found))
  return 0
}

async function tryOut(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals } = readArguments(args)
  if (positionals.length > 0) throw wrong('retention run takes no arguments', 'retention')
  const { contactMonths } = terminal.config()
  const due = await withData(terminal, 'find', async (database) => ({
    ...(await dueNow({ database, clock: systemClock, contactMonths })),
    clockHeld: (await clockHold(database))?.because ?? null,
  }))
  terminal.write(json ? asJson(due) : dueInWords(due))
  return 0
}

/** The same as the store's own work each hour. Ends with 1 when nothing could be ended. */
async function runNow(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals } = readArguments(args)
  if (positionals.length > 0) throw wrong('retention run takes no arguments', 'retention')
  const ended = await withData(terminal, 'find', async (database) => {
    const retaining = await retainingIn(database, terminal)
    const found = await withBar('Ending what is over', terminal.isTerminal && !json, (progress) =>
      runRetention(retaining, 'a person', progress),
    )
    if (found === 'held') throw held(await clockHold(database))
    return found
  })
  if (ended === 'busy') {
    throw new Fault('conflict', 'The store is ending what is over at this moment', {
      remedy: 'Look at /admin/retention for what it has ended',
    })
  }
  terminal.write(json ? asJson(ended) : `Ended: ${inCounts(ended)}.\n`)
  return 0
}

async function retainingIn(database: Database, terminal: Terminal): Promise<Retaining> {
  const { dataFolder, rootKey, backupHorizonDays, contactMonths } = terminal.config()
  const folder = join(dataFolder, 'keys')
  const root = await openRootKey(rootKey, systemClock)
  const endings = openEndings(folder, systemClock, backupHorizonDays)
  const vault = openVault(await openKeys(database, root, folder, systemClock), endings)
  const holdings = terminal.holdings(vault)
  return {
    erasing: { database, clock: systemClock, endings, holdings, backupHorizonDays },
    contactMonths,
  }
}

function held(hold: ClockHold | undefined): Fault {
  return new Fault('conflict', `Nothing ends by the clock: ${hold?.because ?? 'it is on hold'}`, {
    remedy:
      'Look at the clock of this machine; if it is right, `npm run tacet -- retention resume`',
  })
}

async function resume(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals } = readArguments(args)
  if (positionals.length > 0) throw wrong('retention resume takes no arguments', 'retention')
  const now = systemClock().toString({ smallestUnit: 'second' })
  const wasHeld = await withData(terminal, 'find', (database) => trustClock(database, systemClock))
  const said = wasHeld ? 'Retention goes on' : 'Retention was not on hold'
  terminal.write(json ? asJson({ wasHeld, now }) : `${said}. The time is taken to be ${now}.\n`)
  return 0
}

function inWords(months: readonly Forecast[]): string {
  const rows = months.map(({ month, contacts, records }) => [
    month,
    String(contacts),
    String(records),
  ])
  return `${columns([['month', 'contacts', 'records of the books'], ...rows])}\n`
}

function dueInWords(due: Due & { readonly clockHeld: string | null }): string {
  const { restricted, legallyHeld, clockHeld } = due
  const what =
    `Would end now, at the most: ${inCounts(due)}.\n` +
    `Of these contacts wait: ${restricted} restricted by their person, ${legallyHeld} under a legal hold.\n`
  if (clockHeld === null) return what
  return `${what}But nothing ends by the clock: ${clockHeld}. See \`npm run tacet -- retention resume\`.\n`
}

function inCounts({ contacts, months }: Ended): string {
  const books = months.length === 0 ? 'no month of the books' : `the books of ${months.join(', ')}`
  return `the contact of ${contacts} orders, and ${books}`
}
