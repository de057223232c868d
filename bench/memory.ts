/**
 * (e) How much memory the store's process holds at rest with a thousand products, once it has shown a few pages.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { residentMegabytes } from './_processes.ts'
import type { Finding } from './_report.ts'
import { databaseOf, importArticles, newFolder, shows, startStore } from './_store.ts'

const MOST_MEGABYTES = 200
const ARTICLES = 1000
const REST_SECONDS = 30

export async function measureMemory(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const filled = await startStore(folder.path)
  const database = await databaseOf(filled)
  const slugs = await importArticles(database, folder.path, ARTICLES)
  await database.close()
  await shows(filled, `/products/${slugs.at(-1)}`)
  const imported = residentMegabytes(filled.pid)
  await filled.stop()
  const store = await startStore(folder.path)
  try {
    for (const path of ['/', '/categories/shelf-1', `/products/${slugs[0]}`, '/search?q=article'])
      await shows(store, path)
    await pause(REST_SECONDS * 1000)
    return [
      {
        claim: `Memory of the store at rest, ${ARTICLES.toLocaleString('en')} products`,
        measured: residentMegabytes(store.pid),
        unit: ' MB',
        goal: { most: MOST_MEGABYTES },
        notes: [
          `resident, ${REST_SECONDS} s after its first pages; ` +
            `${imported.toFixed(0)} MB right after an import of all`,
        ],
      },
    ]
  } finally {
    await store.stop()
    await folder.remove()
  }
}
