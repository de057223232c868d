/** Values about a person: how they are read, and that nothing that handles them learns them. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { isPersonal, Personal } from './personal.ts'
import type { PersonalField } from './table.ts'

const SECRET = 'zyx@quillfeather.example'
const email = Personal.of('email', SECRET)

function read(field: PersonalField, typed: unknown): unknown {
  const found = Personal.read(field, typed)
  return isPersonal(found) ? found.reveal() : found.problem
}

test('a personal value is its field in everything that prints, joins or serializes', () => {
  const error = Object.assign(new Error(`Cannot mail ${email}`, { cause: email }), { email })
  const shown = [
    `${email}`,
    ['to ', email].join(''),
    JSON.stringify({ deep: [email], email }),
    inspect(email),
    inspect({ deep: { deeper: { deepest: { email } } } }, { depth: 9, showHidden: true }),
    inspect(email, { customInspect: false, showHidden: true, depth: 9 }),
    inspect(error, { depth: 9, showHidden: true }),
    format('%s %o %O %j %d', email, email, email, email, email),
    JSON.stringify(Object.entries(email)),
    JSON.stringify({ ...email }),
    JSON.stringify(structuredClone({ email })),
    [email, email].join(),
    String(new Map([[email, email]])),
    JSON.stringify(Object.getOwnPropertyDescriptors(email)),
    error.stack ?? '',
  ]
  for (const text of shown) assert.doesNotMatch(text, /quillfeather/i)
  assert.equal(`${email}`, '[email]')
})

test('two personal values with one content do not tell that they are equal', () => {
  const [one, other] = [Personal.of('firstName', 'Ann'), Personal.of('firstName', 'Bob')]
  assert.deepEqual(one, other)
  assert.equal(one < other, false)
  assert.equal(one > other, false)
})

test('what is read is trimmed, composed and within its length', () => {
  assert.equal(read('firstName', '  Ame\u0301lie \n'), 'Am\u00e9lie')
  assert.equal(read('firstName', 'x'.repeat(80)), 'x'.repeat(80))
  assert.equal(read('firstName', 'x'.repeat(81)), 'too long')
  assert.equal(read('firstName', '\u1f00\u0300'.repeat(80)), '\u1f02'.repeat(80))
  for (const nothing of ['', '   ', '\u00a0\u2003', undefined]) {
    assert.equal(read('lastName', nothing), 'missing')
  }
  for (const strange of [null, 7, {}, ['Ann']]) assert.equal(read('lastName', strange), 'malformed')
  assert.equal(read('orderNote', undefined), '')
})

test('control characters, bidi marks and letters that nobody sees are refused', () => {
  const hidden = ['\0', '\n', '\r\n', '\u001b', '\u007f', '\u0085', '\u00ad', '\u2028', '\u2029']
  const turned = ['\u202a', '\u202e', '\u2066', '\u2069', '\u200e', '\u061c', '\u200b', '\ufeff']
  const unseen = ['\u2060', '\u115f', '\u3164', '\uffa0', '\ud800', '\ue000', '\u034f']
  for (const mark of [...hidden, ...turned, ...unseen]) {
    assert.equal(read('firstName', `An${mark}na`), 'malformed', inspect(mark))
  }
  for (const mark of turned) assert.equal(read('orderNote', `a${mark}b`), 'malformed')
})

test('joined letters and emoji are somebody’s language', () => {
  assert.equal(read('firstName', 'علی\u200cرضا'), 'علی\u200cرضا')
  assert.equal(read('orderNote', 'Thanks\n\t👩\u200d👧 ❤\ufe0f'), 'Thanks\n\t👩\u200d👧 ❤\ufe0f')
  assert.equal(read('lastName', '葛\u{e0100}城'), '葛\u{e0100}城')
  assert.equal(read('firstName', '\u200d\u200c'), 'missing')
  assert.equal(read('email', 'a\u200db@x.example'), 'malformed')
})

test('an e-mail address has one @, a name before it and a domain with a dot', () => {
  const good = [
    'a@b.de',
    "o'brien+shop@mail.example.co.uk",
    'jörg@müller.example',
    'a..b@c.example',
  ]
  for (const address of good) assert.equal(read('email', address), address)
  const bad = [
    ...['a', 'a@', '@b.de', 'a@b', 'a@@b.de', 'a@b.d', 'a b@c.de', 'a@b..de', 'a@.de', 'a@b.de.'],
    ...['"a b"@c.de', 'a@[127.0.0.1]', 'Ann <a@b.de>', 'a@b.de,c@d.de', 'a@b.de;c', 'a:b@c.de'],
    ...['a@b.de\r\nBcc: c@d.de', 'a(x)@b.de', 'a\\@b.de', `${'a'.repeat(65)}@b.de`],
  ]
  for (const address of bad) assert.equal(read('email', address), 'malformed', address)
  assert.equal(read('email', `${'a'.repeat(60)}@${'b.'.repeat(100)}de`), 'too long')
})

test('a phone number has five digits at least, however it is set', () => {
  for (const number of ['+45 98 76 54 32', '(0)30/123-456', '112.233.44']) {
    assert.equal(read('phone', number), number)
  }
  for (const number of ['(((((((', '1234', '+1 2 3 4', '123456x', '++12345', '٠١٢٣٤٥']) {
    assert.equal(read('phone', number), 'malformed', number)
  }
})

test('an address is read part by part, and nothing else of it is kept', () => {
  const typed = { line1: ' Umbrastræde 77 ', city: 'Skanderborg', country: 'DK', more: 'x' }
  const parts = { line1: 'Umbrastræde 77', line2: '', postalCode: '', city: 'Skanderborg' }
  assert.deepEqual(read('postalAddress', typed), { ...parts, region: '', country: 'DK' })
  const problem = (more: object) => Personal.read('postalAddress', { ...typed, ...more })
  assert.deepEqual(problem({ city: '' }), { part: 'city', problem: 'missing' })
  assert.deepEqual(problem({ country: 'dk' }), { part: 'country', problem: 'malformed' })
  assert.deepEqual(problem({ postalCode: '1'.repeat(13) }), {
    part: 'postalCode',
    problem: 'too long',
  })
  assert.deepEqual(problem({ line1: ['x'] }), { part: 'line1', problem: 'malformed' })
  for (const none of [null, 'x', undefined]) assert.equal(read('postalAddress', none), 'missing')
})

test('a million characters are refused before anything is done with them', {
  timeout: 5000,
}, () => {
  const floods = ['\u0323\u0301', 'a', ' a', '1 ', '(', 'a@', 'a.', '\u200d', '가', '\u202e']
  for (const flood of floods) {
    const typed = `a${flood.repeat(1_000_000 / flood.length)}a`
    for (const field of ['firstName', 'email', 'phone', 'orderNote'] as const) {
      assert.match(String(read(field, typed)), /too long|malformed/)
    }
    assert.equal(read('postalAddress', { line1: typed, city: 'x', country: 'DK' }), 'too long')
  }
})
