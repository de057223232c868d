/** How a moment is written, in the shop and in the back office. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderToString } from 'preact-render-to-string'
import { frameOf } from '../../test/support/web.ts'
import { dayText, Moment, momentText } from './moment.tsx'

const frame = await frameOf()
const at = Temporal.Instant.from('2031-11-23T00:05:59.5Z')

test('a moment is a day and a time of day in UTC, from 00:00 to 23:59', () => {
  assert.equal(momentText(frame, at), 'Nov 23, 2031, 00:05')
  assert.equal(momentText(frame, at.subtract({ minutes: 6 })), 'Nov 22, 2031, 23:59')
  assert.equal(momentText(frame, at), 'Nov 23, 2031, 00:05')
  assert.equal(dayText(frame, '2031-11-23'), 'Nov 23, 2031')
})

test('on a page it breaks between day and time, nowhere else, and says the second to programs', () => {
  assert.equal(
    renderToString(Moment({ frame, at })),
    '<time datetime="2031-11-23T00:05:59Z">Nov\u00a023,\u00a02031, 00:05</time>',
  )
})
