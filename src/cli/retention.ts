/**
 * `tacet retention`: what ends when, what would end now, and the word of a person that the clock is right.
 *
 * Counts only; no order is named.
 */

import { systemClock } from '../base/clock.ts'
import { type Due, dueNow, type Forecast, forecast } from '../privacy/retention.ts'
import { clockHold, trustClock } from '../privacy/steady-time.ts'
import { asJson, type Command, columns, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet retention forecast [--months N] [--json]
tacet retention run --dry-run [--json]
tacet retention resume [--json]

forecast  how many orders' contacts and records of the books end in each coming month (12 unless told).
run       with --dry-run: what the store would end now. It does so by itself, each hour, while it runs.
resume    says that the clock is right, after it had jumped or the store had stood still for over 48 hours.
          Until then nothing is ended by the clock.
`

const MOST_MONTHS = 120

export const retentionCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [deed, ...rest] = args
    if (deed === 'forecast') return show(rest, terminal)
    if (deed === 'run') return tryOut(rest, terminal)
    if (deed === 'resume') return resume(rest, terminal)
    throw wrong(
      'Say `retention forecast`, `retention run --dry-run` or `retention resume`',
      'retention',
    )
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
  const isDry = args.includes('--dry-run')
  const { json, positionals } = readArguments(args.filter((arg) => arg !== '--dry-run'))
  if (positionals.length > 0 || !isDry)
    throw wrong('The store ends what is over by itself; say --dry-run to see it', 'retention')
  const { contactMonths } = terminal.config()
  const due = await withData(terminal, 'find', async (database) => ({
    ...(await dueNow({ database, clock: systemClock, contactMonths })),
    held: (await clockHold(database))?.because ?? null,
  }))
  terminal.write(json ? asJson(due) : dueInWords(due))
  return 0
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

function dueInWords({ contacts, months, held }: Due & { readonly held: string | null }): string {
  const books = months.length === 0 ? 'no month of the books' : `the books of ${months.join(', ')}`
  const what = `Would end now: the contact of ${contacts} orders at the most, and ${books}.\n`
  if (held === null) return what
  return `${what}But nothing ends by the clock: ${held}. See \`npm run tacet -- retention resume\`.\n`
}
