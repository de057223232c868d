/**
 * A person checks a receipt in a browser: the page of one file, opened from the disk, which loads and sends nothing.
 */

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { inclusionReceipt } from '../../src/privacy/receipt.ts'
import { sequence } from '../../src/privacy/sequencer.ts'
import { writtenAsPdf } from '../../src/web/document.ts'
import { openBrowser } from '../support/browser.ts'
import { addEntries, keyFolder, testLedger } from '../support/ledger.ts'

const PAGE = new URL('../../verify/index.html', import.meta.url).href

test('a receipt is checked on a page that asks nobody', async (t) => {
  const folder = await keyFolder(t)
  const tree = await testLedger(t, folder)
  const [, id = ''] = await addEntries(tree.database, 0, 5)
  await sequence(tree)
  const receipt = await inclusionReceipt(tree.database, id)
  const file = join(folder, 'receipt.json')
  await writeFile(file, JSON.stringify(receipt))

  await using browser = await openBrowser()
  const page = await browser.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  await page.goto(PAGE)
  await page.getByLabel('file').setInputFiles(file)
  await page.getByLabel('key of the store').fill(tree.signer.text)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('This receipt is genuine.').waitFor()
  await page.getByText('entry 1 of the 5 that were signed').waitFor()
  await page.getByLabel('its text').fill(JSON.stringify({ ...receipt, index: 2 }))
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('This receipt is NOT genuine: the proof does not lead').waitFor()

  const written = { title: 'Receipt', language: 'en', blocks: [] }
  const attached = { name: 'receipt.json', text: JSON.stringify(receipt) }
  const [pdf, other] = [join(folder, 'receipt.pdf'), join(folder, 'other.pdf')]
  await writeFile(pdf, await writtenAsPdf({ ...written, attached }))
  await writeFile(other, await writtenAsPdf(written))
  await page.getByLabel('file').setInputFiles(pdf)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('entry 1 of the 5 that were signed').waitFor()
  await page.getByLabel('file').setInputFiles(other)
  await page.getByText('This file holds no receipt').waitFor()
  assert.equal(await page.getByLabel('its text').inputValue(), '', 'not that of the file before')
  assert.deepEqual(asked, [PAGE])
  assert.deepEqual(complaints, [])
})
