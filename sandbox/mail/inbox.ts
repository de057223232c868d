/**
 * The inbox: every message that the store sent, to whomever, for people and for tests.
 */

import { type Answer, json, Refused } from '../base/answer.ts'
import { desk, html, type Markup, moment } from '../base/page.ts'
import type { Request, Route } from '../base/server.ts'
import type { Collection } from '../base/state.ts'
import { type Message, readMessage, readSummary } from './mime.ts'
import type { Mail } from './relay.ts'

const SHOWN = 100

export function inboxRoutes(mails: Collection<Mail>): readonly Route[] {
  return [
    { method: 'GET', path: '/inbox', handle: () => desk('Inbox', list(mails)) },
    { method: 'GET', path: '/inbox.json', handle: ({ query }) => listJson(mails, query) },
    { method: 'GET', path: '/inbox/:id', handle: (request) => show(mails, request) },
    {
      method: 'GET',
      path: '/inbox/:id/attachment',
      handle: (request) => attachment(mails, request),
    },
  ]
}

function list(mails: Collection<Mail>): Markup {
  const newest = [...mails.values()].slice(-SHOWN).reverse()
  if (newest.length === 0) return html`<p>No message has come yet.</p>`
  return html`<div class="scroll"><table>
<thead><tr><th>Came</th><th>To</th><th>Subject</th></tr></thead>
<tbody>${newest.map(row)}</tbody></table></div>`
}

function row({ id, at, to, raw }: Mail): Markup {
  const subject = readSummary(raw).subject || '(no subject)'
  return html`<tr><td>${moment(at)}</td><td>${to.join(', ')}</td>
<td><a href="/inbox/${id}">${subject}</a></td></tr>`
}

/** `?to=ADDRESS` and `?limit=N` (100); newest first. */
function listJson(mails: Collection<Mail>, query: URLSearchParams): Answer {
  const to = query.get('to')
  const limit = Math.max(Number(query.get('limit') ?? SHOWN) || SHOWN, 1)
  const all = [...mails.values()].reverse()
  const found = to === null ? all : all.filter((mail) => mail.to.includes(to))
  return json(
    found.slice(0, limit).map(({ id, at, from, to, raw }) => {
      const { subject, text, html, attachments } = readMessage(raw)
      const named = attachments.map(({ name, type, content }) => ({
        name,
        type,
        bytes: content.length,
      }))
      return { id, at, from, to, subject, text, html, attachments: named }
    }),
  )
}

function show(mails: Collection<Mail>, { id }: Request): Answer {
  const mail = known(mails, id)
  const message = readMessage(mail.raw)
  const body = html`<p>From ${message.from}<br>To ${message.to}<br>
<span class="quiet">${moment(mail.at)}, delivered to ${mail.to.join(', ')}</span></p>
${message.text === null ? null : html`<pre>${message.text}</pre>`}
${
  message.html === null
    ? null
    : html`<h2>As HTML</h2><iframe sandbox title="The message as HTML" srcdoc="${message.html}"></iframe>`
}
${attached(id, message)}
<details><summary>As it was sent</summary><pre>${mail.raw}</pre></details>`
  return desk(message.subject || '(no subject)', body)
}

function attached(id: string, { attachments }: Message): Markup | null {
  if (attachments.length === 0) return null
  const items = attachments.map(
    ({ name, content }, index) =>
      html`<li><a href="/inbox/${id}/attachment?n=${index}">${name}</a> (${content.length} bytes)</li>`,
  )
  return html`<h2>Attached</h2><ul>${items}</ul>`
}

/** Always as a download: what was attached must not run as a page of the sandbox. */
function attachment(mails: Collection<Mail>, { id, query }: Request): Answer {
  const file = readMessage(known(mails, id).raw).attachments[Number(query.get('n') ?? 0)]
  if (file === undefined) throw missing()
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'x-content-type-options': 'nosniff',
    },
    body: file.content,
  }
}

function known(mails: Collection<Mail>, id: string): Mail {
  const mail = mails.get(id)
  if (mail === undefined) throw missing()
  return mail
}

function missing(): Refused {
  return new Refused(
    desk('No such message', html`<p>It may be older than the last 20,000.</p>`, 404),
  )
}
