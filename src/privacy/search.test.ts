/** The search of outgoing bytes: it finds a value however it is written, and leaves ordinary requests alone. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findWithheld } from './_search.ts'

const hex = (text: string) => Buffer.from(text).toString('hex')
const escaped = (text: string, write: (code: number) => string) =>
  Array.from({ length: text.length }, (_, at) => write(text.charCodeAt(at))).join('')
const hexOf = (code: number, width: number) => code.toString(16).padStart(width, '0')
const everyByte = (text: string, mark: string) => hex(text).replace(/../g, `${mark}$&`)

const WRITINGS: Readonly<Record<string, (text: string) => string | Buffer>> = {
  plain: (text) => text,
  'upper case': (text) => text.toUpperCase(),
  'without accents': (text) => text.normalize('NFD').replace(/\p{M}/gu, ''),
  decomposed: (text) => text.normalize('NFD'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 within other bytes': (text) => Buffer.from(`xy${text}z`).toString('base64'),
  'base64 in lines': (text) =>
    Buffer.from(`${'x'.repeat(50)}${text}${'y'.repeat(50)}`)
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n'),
  hex,
  'upper hex': (text) => hex(text).toUpperCase(),
  'percent, where needed': encodeURIComponent,
  'percent, everywhere': (text) => everyByte(text, '%'),
  'a form’s field': (text) => new URLSearchParams({ x: text }).toString(),
  'percent, twice': (text) => encodeURIComponent(everyByte(text, '%')),
  'JSON escapes': (text) => escaped(text, (code) => `\\u${hexOf(code, 4)}`),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'JSON in a form': (text) =>
    encodeURIComponent(`{"x":"${escaped(text, (code) => `\\u${hexOf(code, 4)}`)}"}`),
  'quoted-printable': (text) => everyByte(text, '=').toUpperCase(),
  'quoted-printable in lines': (text) =>
    everyByte(text, '=').toUpperCase().replace(/.{12}/g, '$&=\r\n'),
  'HTML, decimal': (text) => escaped(text, (code) => `&#${code};`),
  'HTML, hexadecimal': (text) => escaped(text, (code) => `&#x${hexOf(code, 4)};`),
  'UTF-16': (text) => Buffer.from(`{"x":"${text}"}`, 'utf16le'),
  'UTF-16, big-endian': (text) => Buffer.from(`{"x":"${text}"}`, 'utf16le').swap16(),
  'a mail’s header, Q': (text) => `=?utf-8?Q?${everyByte(text, '=').toUpperCase()}?=`,
  'a mail’s header, B': (text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`,
  'folded where a line ends': (text) => text.replace(/^.{3}/u, '$&\r\n '),
}

const found = (bytes: string | Buffer, text: string, allowed = '') =>
  findWithheld(Buffer.from(bytes), [{ field: 'it', text }], allowed)

for (const [name, write] of Object.entries(WRITINGS)) {
  test(`a value is found in ${name}`, () => {
    const value = fc
      .string({ unit: fc.constantFrom(...'abcdefgäöüéøß王小'), minLength: 5, maxLength: 30 })
      .map((text) => text.normalize('NFC'))
    const around = fc.string({ unit: fc.constantFrom(...' ,;:"{}()[]\n'), maxLength: 9 })
    const property = fc.property(value, around, around, (text, before, after) => {
      const written = Buffer.from(write(text))
      const bytes = Buffer.concat([Buffer.from(before), written, Buffer.from(after)])
      assert.equal(found(bytes, text), 'it')
    })
    fc.assert(property, { numRuns: 60 })
    for (const text of ['Smith', 'zyx@quillfeather.example', 'Please leave it', 'Umbrastræde 77']) {
      assert.equal(found(write(text), text), 'it', text)
    }
  })
}

test('UTF-16 within base64 or hexadecimal disguises no value', () => {
  for (const text of ['Smith', 'Müller-Östergård', 'zyx@quillfeather.example', 'Umbrastræde 77']) {
    const wide = Buffer.from(`a "${text}"`, 'utf16le')
    for (const bytes of [wide, Buffer.from(wide).swap16()]) {
      assert.equal(found(bytes.toString('base64'), text), 'it', text)
      assert.equal(found(bytes.toString('hex'), text), 'it', text)
    }
  }
})

test('a title is found as the address of its page', () => {
  for (const slug of ['oak-chopping-board', 'Oak_Chopping_Board', 'oak--chopping__board']) {
    assert.equal(found(`/products/${slug}.html`, 'Oak chopping board'), 'it', slug)
  }
  assert.equal(found('soak-chopping', 'Oak chopping board'), undefined)
})

test('a phone number is found however its digits are set apart', () => {
  for (const set of [
    '+4598765432',
    '4598765432',
    '+45-98-76-54-32',
    '(45) 98765432',
    '%2B4598765432',
  ]) {
    assert.equal(found(`{"phone":"${set}"}`, '+45 98 76 54 32'), 'it', set)
  }
})

test('Latin-1, named letters and two words of a header do not disguise a name', () => {
  assert.equal(found(Buffer.from('name=Müllerström', 'latin1'), 'Müllerström'), 'it')
  assert.equal(found('M%FCllerstr%F6m', 'Müllerström'), 'it')
  assert.equal(found('M&uuml;llerstr&ouml;m', 'Müllerström'), 'it')
  assert.equal(found('=?utf-8?Q?Quill?=\r\n =?utf-8?Q?feather?=', 'Quillfeather'), 'it')
})

test('the first field that is found is named, and never its value', () => {
  const withheld = [
    { field: 'firstName', text: 'Zyxandra' },
    { field: 'lastName', text: 'Quillfeather' },
  ]
  assert.equal(findWithheld(Buffer.from('x quillfeather'), withheld, ''), 'lastName')
  assert.equal(findWithheld(Buffer.from('nothing'), withheld, ''), undefined)
  assert.equal(findWithheld(Buffer.from(''), withheld, ''), undefined)
})

test('ordinary requests of people with ordinary names pass', () => {
  const protocol = 'payment_method card price_data order line items amount currency eur'
  const body = 'payment_method=card&price_data[currency]=eur&amount=1000&order=017a-8660-10115f'
  for (const name of ['Card', 'Price', 'Payment', 'Order', 'Li', 'Bo', 'Ng']) {
    assert.equal(found(body, name, protocol), undefined, name)
  }
  const cases = [
    ['amount=1000', '1000', '1000'],
    ['expires_at=1795412345', '79541', ''],
    ['id=c0ffee10115beef', '101', ''],
    ['id=x8660x', '8660', ''],
    ['weight=77.5', 'Umbrastræde 77', ''],
    ['Annabel', 'Anna', ''],
    ['Berliner', 'Berli', 'Berliner Straße'],
    ['country=DK', 'DK', ''],
    ['x', '', ''],
  ] as const
  for (const [bytes, text, allowed] of cases)
    assert.equal(found(bytes, text, allowed), undefined, text)
})

test('short values are found as whole words, numbers as whole numbers', () => {
  for (const [bytes, text] of [
    ['{"name":"Anna"}', 'Anna'],
    ['name=anna&x', 'ANNA'],
    ['zip=8660', '8660'],
    ['zip=D-10115', '10115'],
    ['{"zip":"SW1A 1AA"}', 'SW1A 1AA'],
  ] as const) {
    assert.equal(found(bytes, text), 'it', text)
  }
})

test('what is searched may be anything', () => {
  const anything = fc.uint8Array({ maxLength: 300 })
  const property = fc.property(anything, fc.string({ unit: 'binary' }), (bytes, text) => {
    found(Buffer.from(bytes), text)
    found(text, 'Quillfeather', text)
  })
  fc.assert(property, { numRuns: 300 })
})

test('a body of a hundred kilobytes is searched in one go', { timeout: 5000 }, () => {
  const withheld = Array.from({ length: 12 }, (_, at) => ({
    field: 'x',
    text: `Quillfeather ${at}`,
  }))
  for (const part of ['"Lång" & co\\n %20=', 'A', '=', '\\', '&#', '%', ' \n', '\0x', '0']) {
    const body = Buffer.from(part.repeat(100_000 / part.length))
    assert.equal(findWithheld(body, withheld, ''), undefined)
  }
})
