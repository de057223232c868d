/**
 * `tacet policy publish`: puts the revision that the program runs on in force, once somebody has seen what it changes.
 */

import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { publish } from '../privacy/publication.ts'
import { storedRevisions } from '../privacy/revision.ts'
import { listStaff } from '../staff/staff.ts'
import { difference, differenceInWords } from './_policy-diff.ts'
import { type Arguments, asJson, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

export async function publishRevision(
  terminal: Terminal,
  { json, yes, options }: Arguments,
): Promise<number> {
  const { write } = terminal
  const { policy } = await import('../privacy/policy.ts')
  return withData(terminal, 'find', async (database) => {
    const by = await owner(database, options.by ?? 'owner')
    const before = (await storedRevisions(database)).at(-1)?.table
    const isChange = before !== undefined && before.revision !== policy.revision
    const changes = isChange ? difference(before, policy) : null
    if (changes !== null && !json) write(differenceInWords(changes))
    if (changes !== null && !yes && !(await isWanted(terminal, json))) {
      write(`Revision ${before?.revision} stays in force.\n`)
      return 1
    }
    const isNew = await publish(database, systemClock, by, policy)
    const { revision } = policy
    const said = isNew ? 'is in force from now on' : 'is in force already'
    write(json ? asJson({ revision, isNew, changes }) : `Revision ${revision} ${said}.\n`)
    return 0
  })
}

async function owner(database: Database, login: string): Promise<Id> {
  const staff = await listStaff({ database, clock: systemClock })
  const member = staff.find((one) => one.login === login && one.disabledAt === null)
  if (member?.roles.includes('owner') === true) return member.id
  throw new Fault('forbidden', `"${login}" is no owner of this store who can sign in`, {
    remedy: 'Name one by --by: `npm run tacet -- staff list` shows who there is',
  })
}

async function isWanted({ isTerminal }: Terminal, json: boolean): Promise<boolean> {
  if (!isTerminal || json) throw wrong('Nobody can be asked here: say --yes', 'policy')
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({ message: 'Put it in force?', initialValue: false })
  return answer === true
}
