/**
 * `tacet staff`: who may sign in to the back office.
 *
 * A password is made by the store and shown once, on the terminal of whoever asked for it.
 */

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { openEndings } from '../privacy/endings.ts'
import { isRole, ROLES } from '../staff/roles.ts'
import type { NotingRoster, Roster } from '../staff/roster.ts'
import { addStaff, type Credentials, listStaff, resetPassword } from '../staff/staff.ts'
import { type Arguments, asJson, type Command, columns, readArguments, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet staff list
tacet staff add NAME --roles ROLE,ROLE
tacet staff reset-password NAME

Roles: ${ROLES.join(', ')}. A new password is shown once. --json for all of them.
`

export const staffCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const given = readArguments(args, 'roles')
    const [deed, name, more] = given.positionals
    if (more !== undefined) throw wrong(`"${more}" is too much`, 'staff')
    const act = deedOf(deed, name, given)
    const { dataFolder, backupHorizonDays } = terminal.config()
    const endings = openEndings(join(dataFolder, 'keys'), systemClock, backupHorizonDays)
    return withData(terminal, 'find', async (database) => {
      terminal.write(await act({ database, clock: systemClock, vault: { endings } }))
      return 0
    })
  },
}

/** What is asked for, its arguments checked before anything is opened. */
function deedOf(
  deed: string | undefined,
  name: string | undefined,
  { options, json }: Arguments,
): (roster: NotingRoster) => Promise<string> {
  if (deed === 'list' && name === undefined) return (roster) => list(roster, json)
  if (deed !== 'add' && deed !== 'reset-password') {
    throw wrong('Say `staff list`, `staff add` or `staff reset-password`', 'staff')
  }
  if (name === undefined) throw wrong('Name the member of staff', 'staff')
  if (deed === 'reset-password') {
    return async (roster) => shown(await resetPassword(roster, name), json)
  }
  const roles = (options.roles ?? '').split(',').filter((role) => role !== '')
  if (roles.length === 0 || !roles.every(isRole)) {
    throw wrong(`Give --roles, out of ${ROLES.join(', ')}`, 'staff')
  }
  return async (roster) => shown(await addStaff(roster, name, roles.filter(isRole)), json)
}

async function list(roster: Roster, json: boolean): Promise<string> {
  const members = await listStaff(roster)
  if (json) return asJson(members)
  const rows = members.map(({ login, roles, disabledAt }) => [
    login,
    disabledAt === null ? 'active' : 'disabled',
    roles.join(', '),
  ])
  return `${columns([['name', 'state', 'roles'], ...rows])}\n`
}

function shown(credentials: Credentials, json: boolean): string {
  if (json) return asJson(credentials)
  return `${columns([
    ['name', credentials.login],
    ['password', credentials.password],
  ])}\n\nIt is shown this once.\n`
}
