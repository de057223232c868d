/**
 * A process that moves all keys to another root key, and is killed after the Nth step on the file system: SIGKILL, as
 * by `kill -9` or a power cut that loses nothing of what was written before. For `test/crash/root-rotation.test.ts`.
 */

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [folder = '', url = '', step = ''] = process.argv.slice(2)
let left = Number(step)

// Before the code under test imports them: each is killed after it is done.
for (const name of ['mkdir', 'open', 'rename', 'rmdir', 'rm', 'link'] as const) {
  const deed: (...args: never[]) => Promise<unknown> = fs.promises[name]
  const counted = async (...args: never[]) => {
    const result = await deed(...args)
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return result
  }
  Object.assign(fs.promises, { [name]: counted })
}
syncBuiltinESMExports()

const { systemClock } = await import('../../src/base/clock.ts')
const { openDatabase } = await import('../../src/base/database.ts')
const { fileRootKey } = await import('../../src/privacy/keys.ts')
const { rotateRoot } = await import('../../src/privacy/root-rotation.ts')

const database = openDatabase({ url, connections: 2, onLost: () => undefined })
const [from, to] = [await fileRootKey(`${folder}/old.key`), await fileRootKey(`${folder}/new.key`)]
await rotateRoot({ database, clock: systemClock, folder: `${folder}/keys`, from, to })
await database.close()
