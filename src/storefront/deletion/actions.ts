/**
 * `GET /privacy/deletions/:token`: a deletion that waits, and the way back from it; `POST` takes it back (C3.1).
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from '../../base/database.ts'
import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { takeBack, waitingEntry } from '../../privacy/erasure-later.ts'
import { entryOfDeletion, receiptToken } from '../../privacy/person-link.ts'
import type { ByToken } from '../own-data/actions.ts'
import type { DataDesk } from '../own-data/desk.ts'
import { sendPage } from '../shelves.ts'
import { deletionPage, type Shown } from './page.tsx'

export function showDeletion(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    return sendPage(
      reply,
      deletionPage(desk.frame, token, await stateOf(desk, entryOf(desk, token))),
    )
  }
}

export function takeDeletionBack(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    await takeBack(desk.erasing, entryOf(desk, token))
    return reply.redirect(`/privacy/deletions/${token}`, 303)
  }
}

async function stateOf({ gateway }: DataDesk, entry: Id): Promise<Shown> {
  const { database, vault } = gateway
  const waiting = await waitingEntry(database, entry)
  if (waiting !== undefined) return { state: 'waits', dueAt: waiting.dueAt }
  const done = await database.first(sql`select 1 from ledger_entry where id = ${entry}`)
  if (done === undefined) return { state: 'over' }
  return { state: 'done', receipt: receiptToken(vault.keys, entry) }
}

function entryOf({ gateway }: DataDesk, token: string): Id {
  const entry = entryOfDeletion(gateway.vault.keys, token)
  if (entry !== undefined) return entry
  throw new Fault('not_found', 'There is no deletion at this address', {
    remedy: 'Use the whole address, as it is in the mail',
  })
}
