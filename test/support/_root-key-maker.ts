/**
 * A process that needs a root key which nobody has made yet, for the tests of `src/privacy/keys.ts`. It says the key.
 */

import { readFile } from 'node:fs/promises'
import { fileRootKey } from '../../src/privacy/keys.ts'

const [file = ''] = process.argv.slice(2)
const root = await fileRootKey(file)
await root.wrap(Buffer.alloc(32), 'any')
process.send?.(await readFile(file, 'utf8'))
