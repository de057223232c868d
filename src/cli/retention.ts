/** `tacet retention`: what ends when, a run, and the release of a hold. Shows months and counts, never a value. */

import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { dueMonths, forecast, holdOf, resume, runRetention } from '../privacy/retention.ts'
import { asJson, type Command, columns, readArguments, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet retention forecast [--json]
tacet retention run [--dry-run] [--json]
tacet retention resume [--json]

forecast  each month of orders that is held, and the day on which it ends.
run       ends the months whose time is over, as the store does each night. With --dry-run it only says
          which. Exit code 1 when retention is on hold: nothing ends then.
resume    releases a hold. Retention goes on hold when the clock of the store is over 48 hours away from that
          of the database, from the last run, or behind the ledger. A store that was off for longer looks
          the same: see that the date is right, then resume. What is due ends at the next run.
`

type Told = { readonly found: unknown; readonly said: string; readonly isHeld?: boolean }

const DEEDS: Readonly<Record<string, (database: Database) => Promise<Told>>> = {
  forecast: foretell,
  run: end,
  'run --dry-run': look,
  resume: release,
}

export const retentionCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const isDry = args.includes('--dry-run')
    const { json, positionals } = readArguments(args.filter((one) => one !== '--dry-run'))
    const asked = [...positionals, ...(isDry ? ['--dry-run'] : [])].join(' ')
    const deed = Object.hasOwn(DEEDS, asked) ? DEEDS[asked] : undefined
    if (deed === undefined) {
      throw wrong('Say `retention forecast`, `retention run` or `retention resume`', 'retention')
    }
    const { found, said, isHeld } = await withData(terminal, 'find', deed)
    terminal.write(json ? asJson(found) : `${said}\n`)
    return isHeld === true ? 1 : 0
  },
}

async function foretell(database: Database): Promise<Told> {
  const months = await forecast(database)
  const rows = months.map(({ month, endsOn }) => [month, endsOn])
  return { found: months, said: columns([['month', 'ends on'], ...rows]) }
}

async function look(database: Database): Promise<Told> {
  const hold = await holdOf(database)
  const due = await dueMonths(database, systemClock)
  const said = `Would end: ${due.join(', ') || 'nothing'}.`
  return { found: { hold, due }, said: hold === undefined ? said : `${said} ${held(hold.reason)}` }
}

async function end(database: Database): Promise<Told> {
  const run = await runRetention({ database, clock: systemClock, alarm: () => {} })
  if (run.hold !== undefined) return { found: run, said: held(run.hold.reason), isHeld: true }
  return { found: run, said: `Ended: ${run.ended.join(', ') || 'nothing'}.` }
}

async function release(database: Database): Promise<Told> {
  const believed = (await resume(database, systemClock)).toString({ smallestUnit: 'minute' })
  const said = `Believed: it is ${believed}. What is due ends at the next run.`
  return { found: { believed }, said }
}

function held(reason: string): string {
  return `Retention is on hold, nothing ends: ${reason}. See \`npm run tacet -- retention --help\`.`
}
