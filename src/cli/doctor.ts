/**
 * `tacet doctor`: what is unsafe about this installation, each with its remedy.
 */

import { systemClock } from '../base/clock.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'
import { checkData } from './doctor/data.ts'
import type { Finding } from './doctor/finding.ts'
import { checkInstallation, unmade } from './doctor/installation.ts'
import { checkLaw } from './doctor/law.ts'

const USAGE = `tacet doctor [--json]

Says what is unsafe about this installation, and what to do about it. Changes nothing.
Exit code 1 when there is any danger.
`

const MARKS = { danger: '✗ danger ', warning: '! warning', notice: '· notice ', ok: '✓ ok     ' }
const ORDER = ['danger', 'warning', 'notice', 'ok'] as const

export const doctorCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals } = readArguments(args)
    if (positionals.length > 0) throw wrong('doctor takes no arguments', 'doctor')
    const found = await examine(terminal)
    terminal.write(json ? asJson(found) : inWords(found))
    return found.some(({ level }) => level === 'danger') ? 1 : 0
  },
}

async function examine(terminal: Terminal): Promise<readonly Finding[]> {
  const config = terminal.config()
  const data = await withData(terminal, 'find', (database) =>
    checkData(database, systemClock, config),
  ).catch((error: unknown) => [unmade('The data cannot be looked at', error)])
  const found = [...(await checkInstallation(config)), checkLaw(config.shop.country), ...data]
  return found.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
}

function inWords(found: readonly Finding[]): string {
  const lines = found.map(({ level, what, remedy }) =>
    remedy === ''
      ? `${MARKS[level]}  ${what}`
      : `${MARKS[level]}  ${what}\n             → ${remedy}`,
  )
  const counts = ORDER.filter((level) => level !== 'ok').map(
    (level) => `${found.filter((one) => one.level === level).length} ${level}`,
  )
  return `${lines.join('\n')}\n\n${counts.join(', ')}.\n`
}
