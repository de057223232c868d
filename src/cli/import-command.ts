/** `tacet import`: opens the data and hands over to the import itself. */

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Command } from './command.ts'
import { withData } from './data.ts'
import { IMPORT_USAGE, runImport } from './import.ts'

export const importCommand: Command = {
  usage: IMPORT_USAGE,
  async run(args, terminal) {
    const { dataFolder, shop } = terminal.config()
    return withData(terminal, 'make', (database) =>
      runImport(args, {
        database,
        picturesFolder: join(dataFolder, 'pictures'),
        clock: systemClock,
        currency: shop.currency,
        write: terminal.write,
        isTerminal: terminal.isTerminal,
      }),
    )
  },
}
