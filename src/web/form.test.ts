/**
 * Rules of form fields.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { frameOf } from '../../test/support/web.ts'
import { Checkbox, ErrorSummary, Radios, SelectField, TextField } from './form.tsx'
import { page } from './layout.tsx'
import { en as words } from './words/en.ts'

const errors = { email: 'Enter an e-mail address, such as name@example.org' }

test('a field has a label, its hint and its error, and is described by both', () => {
  const field = { words, name: 'email', label: 'E-mail', hint: 'For the receipt', errors }
  const html = renderToString(h(TextField, { ...field, autocomplete: 'email', type: 'email' }))
  assert.match(html, /<label for="email">E-mail<\/label>/)
  assert.match(html, /<p class="hint" id="email-hint">For the receipt<\/p>/)
  assert.match(html, /<p class="field-error" id="email-error">/)
  assert.match(html, /aria-describedby="email-hint email-error"/)
  assert.match(html, /aria-invalid="true"/)
  assert.match(html, /autocomplete="email"/)
})

test('what was typed comes back, escaped', () => {
  const value = '"><script>alert(1)</script>'
  const input = renderToString(h(TextField, { words, name: 'note', label: 'Note', value }))
  assert.match(input, /value="&quot;>&lt;script>/)
  const area = renderToString(h(TextField, { words, name: 'note', label: 'Note', value, rows: 3 }))
  assert.doesNotMatch(area, /<script>/)
})

test('a personal value is shown in the field that it was typed into', () => {
  const value = { forThePerson: () => 'Ada' }
  const html = renderToString(h(TextField, { words, name: 'first', label: 'First name', value }))
  assert.match(html, /value="Ada"/)
})

test('a password never comes back', () => {
  const props = { words, name: 'password', label: 'Password', value: 'canary' }
  const html = renderToString(h(TextField, { ...props, type: 'password' }))
  assert.doesNotMatch(html, /canary/)
})

test('the summary takes the focus and links to each field, and is not there without errors', () => {
  const html = renderToString(h(ErrorSummary, { words, errors }))
  assert.match(html, /role="alert"/)
  assert.match(html, /tabindex="-1" autofocus/i)
  assert.match(html, /<a href="#email">Enter an e-mail address/)
  assert.equal(renderToString(h(ErrorSummary, { words, errors: {} })), '')
})

test('the link of a summary finds a group of radio buttons at its first', () => {
  const options = [
    { value: 'post', label: 'Post' },
    { value: 'van', label: 'Van' },
  ]
  const props = { words, name: 'way', label: 'Shipping', options, value: 'van' }
  const html = renderToString(h(Radios, props))
  assert.match(html, /<fieldset class="field"><legend>Shipping<\/legend>/)
  assert.match(html, /id="way" name="way" value="post"/)
  assert.match(html, /id="way-1" name="way" value="van" checked/)
  const list = renderToString(h(SelectField, props))
  assert.match(list, /<option value="van" selected>Van<\/option>/i)
})

test('a check box keeps its tick', () => {
  const html = renderToString(h(Checkbox, { words, name: 'same', label: 'Same', checked: true }))
  assert.match(html, /value="yes" checked/)
})

test('the title of a page whose form has errors says so first', async () => {
  const html = page(await frameOf(), { title: 'Checkout', hasErrors: true }, null)
  assert.match(html, /<title>Error: Checkout – Quiet Shop<\/title>/)
})
