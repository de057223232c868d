/**
 * The shop's window: a store that sells the demonstration's goods, with their pictures.
 */

import { join } from 'node:path'
import { importCatalogue } from '../../src/catalogue/import/import.ts'
import { ROOT, type TestStore, testStore } from './store.ts'

type Ending = Parameters<typeof testStore>[0]

export async function demoStore(t: Ending): Promise<TestStore> {
  const store = await testStore(t)
  const { database, folder, payments, catalogue } = store
  const { clock } = payments.gateway
  const picturesFolder = join(folder, 'pictures')
  const known = new Promise<void>((resolve) => catalogue.onChange(resolve))
  await importCatalogue({ database, picturesFolder, clock }, join(ROOT, 'demo', 'catalogue.csv'), {
    currency: 'EUR',
    images: join(ROOT, 'demo', 'pictures'),
  })
  await known
  return store
}
