/** What backup and restore work on, out of the settings; and the bar that both draw. */

import { join } from 'node:path'
import type { Installation, Progress } from '../backup/backup.ts'
import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { openEndings } from '../privacy/endings.ts'
import { openRootKey } from '../privacy/root-keys/root-key.ts'
import type { Terminal } from './command.ts'

export async function installationOf(
  { config }: Terminal,
  database: Database,
  url: string,
): Promise<Installation> {
  const { dataFolder, rootKey, backupHorizonDays } = config()
  const keysFolder = join(dataFolder, 'keys')
  return {
    ...{ database, url, keysFolder, clock: systemClock },
    root: await openRootKey(rootKey, systemClock),
    picturesFolder: join(dataFolder, 'pictures'),
    endings: openEndings(keysFolder, systemClock, backupHorizonDays),
  }
}

/** Runs `work` with a bar on the terminal, or without one where nobody looks. */
export async function withBar<T>(
  title: string,
  drawn: boolean,
  work: (progress?: Progress) => Promise<T>,
): Promise<T> {
  if (!drawn) return work()
  const { progress } = await import('@clack/prompts')
  const bar = progress({ max: 100 })
  bar.start(title)
  let reached = 0
  try {
    const result = await work((done, of) => {
      const now = of === 0 ? 100 : Math.floor((100 * done) / of)
      if (now === reached) return
      bar.advance(now - reached, `${title}: ${now} %`)
      reached = now
    })
    bar.stop('Done')
    return result
  } catch (error) {
    bar.stop('Stopped')
    throw error
  }
}
