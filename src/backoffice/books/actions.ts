/** `GET /admin/books`: a month's sales and refunds, summed by country and rate; `GET …/:month.csv`: each of them. */

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import { entriesOf, monthsInBooks, sumsOf } from '../../payments/books.ts'
import { parameter, queried } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { asCsv } from './file.ts'
import { booksPage } from './page.tsx'

export async function showBooks(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { staff, request, reply } = visit
  const { database, clock } = office.gateway
  const months = await monthsInBooks(database, clock())
  const month = named(months, queried(request, 'month') || months[0])
  const sums = await sumsOf(database, month)
  return sendPage(reply, booksPage(office, staff, { months, month, sums }))
}

/** What fails on the way breaks off: nobody takes half of it for the whole. */
export async function downloadBooks(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { request, reply } = visit
  const { database, clock } = office.gateway
  const months = await monthsInBooks(database, clock())
  const month = named(months, parameter(request, 'month'))
  return reply
    .header('content-disposition', `attachment; filename="books-${month}.csv"`)
    .header('cache-control', 'no-store')
    .type('text/csv; charset=utf-8')
    .send(Readable.from(asCsv(entriesOf(database, month)), { objectMode: false }))
}

function named(months: readonly string[], asked: string | undefined): string {
  const month = months.find((one) => one === asked)
  if (month !== undefined) return month
  throw new Fault('not_found', 'There are no books of this month', {
    remedy: 'Choose one of the months on the page of the books',
  })
}
