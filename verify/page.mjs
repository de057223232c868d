/**
 * Writes `index.html`: the verifier as a page of one file, which can be saved and opened without a network.
 *
 *     node verify/page.mjs
 *
 * Its Content-Security-Policy names the one script and the one style sheet by their hashes and allows nothing else, so
 * the page can neither load nor send anything.
 */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
label { display: block; font-weight: 600; margin-top: 1rem; }
small { display: block; font-size: 0.9rem; }
input, textarea { box-sizing: border-box; font: 0.9rem ui-monospace, monospace; width: 100%; }
input, textarea { min-height: 2.75rem; padding: 0.5rem; }
button { font: inherit; font-weight: 600; margin-top: 1rem; min-height: 2.75rem; padding: 0.5rem 1.5rem; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
output { display: block; font: 0.9rem/1.5 ui-monospace, monospace; }
output { margin-top: 1.5rem; overflow-wrap: anywhere; white-space: pre-wrap; }
output::first-line { font-size: 1.15rem; font-weight: 700; }
`

const PAGE = `
const [form, said] = [document.querySelector('form'), document.querySelector('output')]
form.elements.file.addEventListener('change', async ({ target }) => {
  const [file] = target.files
  said.textContent = ''
  form.elements.receipt.value = ''
  try {
    const bytes = new Uint8Array((await file?.arrayBuffer()) ?? 0)
    form.elements.receipt.value = (await receiptIn(bytes)).text
  } catch (error) {
    said.textContent = ['This file holds no receipt: ', error.message, '.'].join('')
  }
})
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { receipt, key } = form.elements
  try {
    said.textContent = inWords(await verifyReceipt(receipt.value, key.value.trim()))
  } catch (error) {
    said.textContent =
      error instanceof NotGenuine
        ? notGenuine(error)
        : 'This browser cannot check it: it needs Ed25519 in Web Crypto. Use a newer one, or Node.'
  }
})
`

/** The page, out of the verifier's text. */
export function pageOf(verifier) {
  const script = `\n${verifier}${PAGE}`
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Check a receipt</title>
<style>${STYLE}</style>
<main>
<h1>Check a receipt</h1>
<p>This page checks the receipt of a store's ledger on your own device. It loads and sends nothing.
Of a PDF it checks what is attached to it, and not what stands on its pages.</p>
<form>
<label for="file">The receipt's file (JSON or PDF)</label>
<input id="file" name="file" type="file" accept=".json,application/json,.pdf,application/pdf">
<label for="receipt">or its text</label>
<textarea id="receipt" name="receipt" rows="10" required spellcheck="false"></textarea>
<label for="key">The key of the store's ledger</label>
<small id="from">One line, such as shop.example/tacet+c9238fc5+ASem…. The store publishes it at
/.well-known/tacet/key. Take it once and keep it: whoever gives you both receipt and key can give you
two that fit.</small>
<input id="key" name="key" aria-describedby="from" required spellcheck="false" autocomplete="off"
autocapitalize="off">
<button type="submit">Check</button>
</form>
<output aria-live="polite"></output>
</main>
<script type="module">${script}</script>
</html>
`
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const verifier = readFileSync(new URL('verify.mjs', import.meta.url), 'utf8')
  writeFileSync(new URL('index.html', import.meta.url), pageOf(verifier))
}
