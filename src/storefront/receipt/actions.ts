/**
 * `GET /privacy/receipts/:token` and its `.json`: what an erasure has ended, as the ledger says it.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { type ByToken, sendFile } from '../own-data/actions.ts'
import type { DataDesk } from '../own-data/desk.ts'
import { sendPage } from '../shelves.ts'
import { receiptPage } from './page.tsx'
import { receiptOf } from './receipt.ts'

export function showReceipt(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    return sendPage(reply, receiptPage(desk.frame, token, await receiptOf(desk, token)))
  }
}

export function downloadReceipt(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const found = await receiptOf(desk, request.params.token)
    if (found === undefined) {
      throw new Fault('not_found', 'There is no receipt yet: the order is still open', {
        remedy: 'Come back when it has been delivered',
      })
    }
    const text = JSON.stringify(found.proof ?? { version: 1, entry: found.leaf }, null, 2)
    return sendFile(reply, 'receipt.json', 'application/json', `${text}\n`)
  }
}
