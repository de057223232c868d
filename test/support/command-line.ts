/** The command line over a database and a folder of a test's own. */

import { holdingsOf } from '../../src/_holdings.ts'
import { openDatabase } from '../../src/base/database.ts'
import { runCommandLine } from '../../src/cli/main.ts'
import { readConfig } from '../../src/config/config.ts'
import { testDatabaseUrl } from './database.ts'
import { keyFolder } from './kernel.ts'
import { ROOT } from './store.ts'

/** `settings` may change between two runs. */
export async function commandLine(
  t: Parameters<typeof keyFolder>[0],
  settings: Readonly<Record<string, string>> = {},
) {
  const folder = await keyFolder(t)
  const url = await testDatabaseUrl(t)
  const database = openDatabase({ url, connections: 4, onLost: () => {} })
  t.after(() => database.close())
  const config = () => readConfig({ DATA_DIR: folder, DATABASE_URL: url, ...settings })
  const run = async (...args: readonly string[]) => {
    let said = ''
    const write = (text: string) => {
      said += text
    }
    const terminal = { write, isTerminal: false, root: ROOT, config, holdings: holdingsOf }
    const code = await runCommandLine(args, terminal, write)
    return { code, said }
  }
  return { folder, database, run }
}
