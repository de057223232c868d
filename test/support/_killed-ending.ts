/**
 * A process that erases orders, or ends the rows that follow, and is killed by its parent meanwhile. It says when it
 * begins. For `test/crash/mailbox.test.ts`.
 */

import { join } from 'node:path'
import { holdingsOf } from '../../src/_holdings.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/base/database.ts'
import { openEndings } from '../../src/privacy/endings.ts'
import { endRequested, erase } from '../../src/privacy/erasure.ts'
import { fileRootKey, openKeys } from '../../src/privacy/keys.ts'
import { openVault } from '../../src/privacy/vault.ts'

const [folder = '', url = '', what = '', ...subjects] = process.argv.slice(2)
const database = openDatabase({ url, connections: 4, onLost: () => undefined })
const keysFolder = join(folder, 'keys')
const root = await fileRootKey(join(keysFolder, 'root.key'))
const endings = openEndings(keysFolder, systemClock, 30)
const vault = openVault(await openKeys(database, root, keysFolder, systemClock), endings)
const holdings = holdingsOf(vault)
const erasing = {
  ...{ database, clock: systemClock, vault, holdings, endings, backupHorizonDays: 30 },
  tell: async () => [],
}
process.send?.('begins')
await (what === 'erase' ? erase(erasing, subjects) : endRequested(erasing))
await database.close()
process.disconnect?.()
