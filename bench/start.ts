/**
 * (d) How long `npm start` takes, from the command to the first page: with an empty data folder (its packages are
 * there), and with one that has been used.
 */

import type { Finding } from './_report.ts'
import { median } from './_rounds.ts'
import { newFolder, startStore } from './_store.ts'

const MOST_SECONDS = 5
const STARTS = 5

export async function measureStart(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  try {
    const first = await startAndStop(folder.path)
    const again: number[] = []
    for (let start = 0; start < STARTS; start += 1) again.push(await startAndStop(folder.path))
    return [
      {
        claim: 'Second start, from the command to the first page',
        measured: median(again),
        unit: ' s',
        goal: { most: MOST_SECONDS },
        notes: [`median of ${STARTS}: ${again.map((seconds) => seconds.toFixed(1)).join(', ')} s`],
      },
      {
        claim: 'First start: makes the database, imports the demonstration catalogue',
        measured: first,
        unit: ' s',
        notes: [],
      },
    ]
  } finally {
    await folder.remove()
  }
}

async function startAndStop(folder: string): Promise<number> {
  const store = await startStore(folder)
  await store.stop()
  return store.startMs / 1000
}
