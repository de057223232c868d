/** `GET /admin/retention`: what ends when, what has ended; `POST …/clock` says that the clock is right. */

import type { FastifyReply } from 'fastify'
import { countHeldBack } from '../../privacy/held-back.ts'
import { dueNow, forecast } from '../../privacy/retention.ts'
import { lastRuns } from '../../privacy/retention-run.ts'
import { clockHold, trustClock } from '../../privacy/steady-time.ts'
import { may } from '../../staff/roles.ts'
import { queried } from '../../web/body.ts'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { retentionPage } from './page.tsx'

const MONTHS_AHEAD = 12
const RUNS_SHOWN = 25

export async function showRetention(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { staff, request, reply } = visit
  const { gateway, contactMonths } = office
  const { database, clock } = gateway
  const reckoned = { database, clock, contactMonths }
  const [due, waiting, months, runs, hold] = await Promise.all([
    dueNow(reckoned),
    countHeldBack(database),
    forecast(reckoned, MONTHS_AHEAD),
    lastRuns(database, RUNS_SHOWN),
    clockHold(database),
  ])
  const mayTrust = may(staff.roles, 'trust the clock')
  const trusted = queried(request, 'done') === 'trusted'
  const shown = { due, waiting, months, runs, hold, mayTrust, trusted, now: clock() }
  return sendPage(reply, retentionPage(office, staff, shown))
}

export async function trust({ gateway }: BackOffice, { reply }: Visit): Promise<FastifyReply> {
  await trustClock(gateway.database, gateway.clock)
  return reply.redirect('/admin/retention?done=trusted', 303)
}
