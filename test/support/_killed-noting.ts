/**
 * A process that changes something which is noted outside the database first, and is killed after the Nth note:
 * SIGKILL, before its transaction commits. For `test/crash/noted.test.ts`.
 */

import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/base/database.ts'
import { codeOf, stepAt } from '../../src/credentials/one-time-code.ts'
import { beginSetup, switchOff, switchOn } from '../../src/customers/factor.ts'
import { destroyPaper } from '../../src/paper/destruction.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import { fileRootKey, openKeys } from '../../src/privacy/keys.ts'
import { openVault } from '../../src/privacy/vault.ts'
import { PASSWORD } from './sign-in.ts'

const [folder = '', url = '', notes = '', what = '', id = '', more = ''] = process.argv.slice(2)
let left = Number(notes)

const database = openDatabase({ url, connections: 2, onLost: () => undefined })
const keysFolder = join(folder, 'keys')
const root = await fileRootKey(join(keysFolder, 'root.key'))
const keys = await openKeys(database, root, keysFolder, systemClock)
const endings = openEndings(keysFolder, systemClock, 30)
const note: typeof endings.note = async (...noted) => {
  await endings.note(...noted)
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}
const vault = openVault(keys, { ...endings, note })
const own = { database, vault, clock: systemClock }

if (what === 'on') {
  const person = { account: id, session: more }
  const setup = await beginSetup(own, person, PASSWORD)
  if (setup === undefined) throw new Error('The password must be right')
  await switchOn(own, person, setup, codeOf(setup.secret, stepAt(systemClock())))
}
if (what === 'off') await switchOff(own, id, { password: PASSWORD, code: more })
if (what === 'paper') {
  await destroyPaper(own, id, { method: 'burning', level: 4, by: id, witness: more })
}
await database.close()
