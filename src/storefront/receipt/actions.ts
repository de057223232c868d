/**
 * `GET /privacy/receipts/:token` and its `.json` and `.pdf`: what an erasure has ended, as the ledger says it.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { writtenAsPdf } from '../../web/document.ts'
import { type ByToken, sendFile } from '../own-data/actions.ts'
import type { DataDesk } from '../own-data/desk.ts'
import { sendPage } from '../shelves.ts'
import { receiptPage } from './page.tsx'
import { receiptPaper } from './paper.ts'
import { type ErasureReceipt, holdBefore, receiptOf, receiptText } from './receipt.ts'

export function showReceipt(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const { token } = request.params
    const receipt = await receiptOf(desk, token)
    const hold = receipt === undefined ? await holdBefore(desk, token) : undefined
    return sendPage(reply, receiptPage(desk.frame, token, receipt, hold))
  }
}

export function downloadReceipt(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const receipt = await endedReceipt(desk, request.params.token)
    return sendFile(reply, 'receipt.json', 'application/json', receiptText(receipt))
  }
}

export function downloadReceiptPdf(desk: DataDesk) {
  return async (request: FastifyRequest<ByToken>, reply: FastifyReply) => {
    const receipt = await endedReceipt(desk, request.params.token)
    const pdf = await writtenAsPdf(receiptPaper(desk.frame, receipt))
    return sendFile(reply, 'receipt.pdf', 'application/pdf', pdf)
  }
}

async function endedReceipt(desk: DataDesk, token: string): Promise<ErasureReceipt> {
  const found = await receiptOf(desk, token)
  if (found !== undefined) return found
  throw new Fault('not_found', 'There is no receipt yet: the order has not ended', {
    remedy: 'The page of the receipt says what it waits for',
  })
}
