/**
 * What the owner does with the staff: add a member, change roles, end and give back access, make a new password.
 */

import type { FastifyReply } from 'fastify'
import { Fault } from '../../base/failure.ts'
import {
  addStaff,
  changeRoles,
  disable,
  enable,
  listStaff,
  type Member,
  resetPassword,
} from '../../staff/staff.ts'
import { parameter, queried, submitted } from '../../web/body.ts'
import { hasErrors } from '../../web/form.tsx'
import { sendPage, type Visit } from '../_visit.ts'
import type { BackOffice } from '../office.ts'
import { readMember, readRoles } from './form.ts'
import { memberPage, passwordMadePage, staffPage } from './page.tsx'

export async function showStaff(
  office: BackOffice,
  { staff, reply }: Visit,
): Promise<FastifyReply> {
  const members = await listStaff(office.gateway)
  return sendPage(reply, staffPage(office, staff, { members }))
}

export async function add(
  office: BackOffice,
  { staff, request, reply }: Visit,
): Promise<FastifyReply> {
  const { words } = office.frame
  const typed = readMember(words, submitted(request))
  const again = async (errors = typed.errors) => {
    const members = await listStaff(office.gateway)
    return sendPage(reply, staffPage(office, staff, { members, ...typed, errors }), 400)
  }
  if (hasErrors(typed.errors)) return again()
  try {
    const credentials = await addStaff(office.gateway, typed.login, typed.roles)
    return sendPage(reply, passwordMadePage(office, staff, credentials))
  } catch (error) {
    if (!isConflict(error)) throw error
    return again({ login: words.backoffice.staff.loginTaken })
  }
}

export async function showMember(
  office: BackOffice,
  { staff, request, reply }: Visit,
): Promise<FastifyReply> {
  const member = await memberOf(office, parameter(request, 'id'))
  const saved = queried(request, 'done') === 'saved'
  return sendPage(reply, memberPage(office, staff, { member, saved }))
}

export async function saveRoles(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const { staff, request, reply } = visit
  const member = await memberOf(office, parameter(request, 'id'))
  const { roles, errors } = readRoles(office.frame.words, submitted(request))
  if (hasErrors(errors)) {
    const typed = { ...member, roles }
    return sendPage(reply, memberPage(office, staff, { member: typed, errors }), 400)
  }
  return save(office, visit, member, () => changeRoles(office.gateway, member.id, roles))
}

export async function changeAccess(office: BackOffice, visit: Visit): Promise<FastifyReply> {
  const member = await memberOf(office, parameter(visit.request, 'id'))
  const { access } = submitted(visit.request)
  const change = access === 'given' ? enable : disable
  return save(office, visit, member, () => change(office.gateway, member.id))
}

export async function makePassword(
  office: BackOffice,
  { staff, request, reply }: Visit,
): Promise<FastifyReply> {
  const member = await memberOf(office, parameter(request, 'id'))
  const credentials = await resetPassword(office.gateway, member.login)
  return sendPage(reply, passwordMadePage(office, staff, credentials))
}

/** Saves, and leads back to the member's page; that an owner must stay is told there. */
async function save(
  office: BackOffice,
  { staff, reply }: Visit,
  member: Member,
  change: () => Promise<void>,
): Promise<FastifyReply> {
  try {
    await change()
  } catch (error) {
    if (!isConflict(error)) throw error
    const problem = `${error.message}. ${error.remedy ?? ''}.`
    return sendPage(reply, memberPage(office, staff, { member, problem }), 409)
  }
  return reply.redirect(`/admin/staff/${member.id}?done=saved`, 303)
}

async function memberOf({ gateway }: BackOffice, id: string): Promise<Member> {
  const found = (await listStaff(gateway)).find((member) => member.id === id)
  if (found !== undefined) return found
  throw new Fault('not_found', 'There is no such member of staff', {
    remedy: 'Look at the list of staff',
  })
}

function isConflict(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'conflict'
}
