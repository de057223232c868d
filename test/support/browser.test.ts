/** Whether the browser of the journeys starts here at all. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from './browser.ts'

test('a browser shows a page, with and without script', async () => {
  await using browser = await openBrowser()
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await page.setContent(
      `<title>Hello</title><p>plain</p><script>document.querySelector('p').append(' scripted')</script>`,
    )
    assert.equal(await page.title(), 'Hello')
    const said = await page.locator('p').textContent()
    assert.equal(said, javaScriptEnabled ? 'plain scripted' : 'plain')
    const box = await page.locator('p').boundingBox()
    assert.ok((box?.height ?? 0) > 10, 'Text without a font has no height')
    await context.close()
  }
})
