/**
 * A person's rights in a browser: they correct their order, restrict its use, let its deletion wait and take it back
 * (C3.1).
 */

import { test } from 'node:test'
import { openBrowser } from '../support/browser.ts'
import { visit } from '../support/eyes.ts'
import { newestOrder } from '../support/outside.ts'
import { arrived, dataLink, shipped } from '../support/own-data.ts'
import { ADA, buy } from '../support/purchase.ts'
import { testStore } from '../support/store.ts'

test('C3.1 a person corrects, restricts, lets a deletion wait and takes it back', async (t) => {
  const store = await testStore(t)
  await buy(store)
  await store.work()
  const order = await newestOrder(store)
  await shipped(store, order)
  await arrived(store, order)

  await using browser = await openBrowser()
  const { page, look, checkAll } = await visit(browser, store, { javaScript: true })
  await page.goto((await dataLink(store, ADA.email ?? '')).href)
  await page.getByRole('link', { name: 'Correct or restrict' }).click()
  await page.getByText('They were told the old values').waitFor()
  await page.getByLabel('Last name').fill('Byron')
  await look()
  await page.getByRole('button', { name: 'Save the corrections' }).click()
  await page.getByText('It is corrected.').waitFor()
  await page.getByRole('button', { name: 'Restrict the use' }).click()
  await page.getByText('is restricted from now on').waitFor()
  await look()

  await page.getByRole('link', { name: 'Back to your data' }).click()
  await page.getByText('The use of this data is restricted').waitFor()
  await page.getByText('Byron').first().waitFor()
  await page.getByRole('link', { name: 'Have it deleted' }).click()
  await look()
  await page.getByRole('button', { name: 'Delete it in 72 hours' }).click()
  await page.getByRole('heading', { name: 'A deletion that waits' }).waitFor()
  await look()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('does not wait any more').waitFor()
  await look()
  await checkAll()
})
