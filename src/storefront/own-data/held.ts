/**
 * All that is held about a person, out of the one map: for the page and the downloads.
 *
 * Each value comes with why it is held (the policy's clause), since when, until when, and on what ground (C3.2).
 */

import type { Id } from '../../base/ids.ts'
import { accountsAmong } from '../../customers/account.ts'
import { linkToken, renewalsOf } from '../../orders/link.ts'
import { listOrders, type OrderSummary } from '../../orders/order.ts'
import { waitingOf } from '../../privacy/erasure-later.ts'
import { endsBy, type HeldField, showAll, type Told } from '../../privacy/holdings.ts'
import { holdsOf, type LegalHold } from '../../privacy/legal-hold.ts'
import { deletionToken } from '../../privacy/person-link.ts'
import { policy, type RetentionRule, retention } from '../../privacy/policy.ts'
import { restrictedSince } from '../../privacy/restriction.ts'
import { contactEndsOn } from '../../privacy/retention.ts'
import type { DataDesk } from './desk.ts'
import type { Owner } from './owner.ts'

/** A value with what the policy says of it. */
export type Explained = HeldField & {
  readonly clause: string
  readonly holds: string
  /** `YYYY-MM-DD`; null where the rule has no limit. */
  readonly until: string | null
  readonly ground: string
}

export type PersonData = {
  readonly at: Temporal.Instant
  readonly endsAt: Temporal.Instant
  /** The account of whoever has one. */
  readonly accounts: readonly Id[]
  /** Newest first. */
  readonly orders: readonly OrderSummary[]
  readonly fields: readonly Explained[]
  readonly bySubject: ReadonlyMap<Id, readonly Explained[]>
  readonly told: readonly Told[]
  /** The token of each order's own page. */
  readonly links: ReadonlyMap<Id, string>
  readonly restricted: ReadonlyMap<Id, Temporal.Instant>
  readonly holds: ReadonlyMap<Id, LegalHold>
  /** Deletions that wait, each with the token of its page. */
  readonly waiting: readonly { readonly dueAt: Temporal.Instant; readonly token: string }[]
  /** Which page of how many this is. */
  readonly page: number
  readonly pages: number
}

/** What is kept by one rule of the policy, with the last day of any of it; rules in the policy's order. */
export type Ruled = Pick<Explained, 'rule' | 'clause' | 'holds' | 'until' | 'ground'> & {
  readonly fields: readonly Explained[]
}

export function byRule(fields: readonly Explained[]): readonly Ruled[] {
  const groups = Map.groupBy(fields, ({ rule }) => rule)
  return Object.keys(policy.retention).flatMap((name): readonly Ruled[] => {
    const group = [...groups].find(([rule]) => rule === name)?.[1]
    const [first] = group ?? []
    if (group === undefined || first === undefined) return []
    const { rule, clause, holds, ground } = first
    const until =
      group
        .map((field) => field.until ?? '')
        .sort()
        .at(-1) || null
    return [{ rule, clause, holds, ground, until, fields: group }]
  })
}

/** Whoever has ordered often sees so many orders at a time. */
export const ORDERS_A_PAGE = 20
/** A file is written in parts of so many. */
const ORDERS_A_PART = 100

const WITH_CONTACT: readonly RetentionRule[] = ['order-contact', 'look-up']

type Held = Pick<DataDesk, 'gateway' | 'erasing' | 'contactMonths'>
type Of = Pick<Owner, 'subjects' | 'endsAt'>

/** All of it, part by part: no connection is held while a part is sent. */
export async function* dataInParts(
  desk: Held,
  owner: Of,
  ordersAPart = ORDERS_A_PART,
): AsyncGenerator<PersonData> {
  for (let [page, pages] = [1, 1]; page <= pages; page += 1) {
    const part = await dataOf(desk, owner, { page, orders: ordersAPart })
    pages = part.pages
    yield part
  }
}

/** All of it, or a page of orders with the account on the first; a page that is not there is the last one. */
export async function dataOf(
  { gateway, erasing, contactMonths }: Held,
  { subjects: all, endsAt }: Of,
  asked?: { readonly page: number; readonly orders: number },
): Promise<PersonData> {
  return gateway.database.together(async (on) => {
    const accounts = await accountsAmong(on, all)
    const ids = all.filter((id) => !accounts.includes(id))
    const { page: wanted, orders: many } = asked ?? { page: 1, orders: Math.max(1, ids.length) }
    const pages = Math.max(1, Math.ceil(ids.length / many))
    const page = Math.min(wanted, pages)
    const ordered = ids.slice((page - 1) * many, page * many)
    const subjects = page === 1 ? [...accounts, ...ordered] : ordered
    const [orders, { fields, told }, renewals, restricted, holds, plans] = await Promise.all([
      listOrders(on, { ids: ordered, limit: ordered.length }),
      showAll(erasing.holdings, on, subjects),
      renewalsOf(on, ordered),
      restrictedSince(on, subjects),
      holdsOf(on, subjects),
      waitingOf(on, subjects),
    ])
    // What is open waits for its end, whatever the contact's period is.
    const open = orders.filter(({ state }) => state !== 'delivered' && state !== 'cancelled')
    const waits = new Set([...accounts, ...restricted.keys(), ...open.map(({ id }) => id)])
    const endOf = (field: HeldField) => {
      // By what an account is found lives as long as the account, which has no limit.
      if (field.rule === 'look-up' && accounts.includes(field.subject)) return null
      return waits.has(field.subject)
        ? endsBy(field.rule, field.since)
        : orderEnd(field, contactMonths, holds.get(field.subject))
    }
    const bySubject = Map.groupBy(
      fields.map((field) => explained(field, endOf(field))),
      ({ subject }) => subject,
    )
    for (const [subject, held] of bySubject) bySubject.set(subject, inOrder(held))
    const { keys } = gateway.vault
    const waiting = plans.map(({ entry, dueAt }) => ({ dueAt, token: deletionToken(keys, entry) }))
    return {
      at: gateway.clock(),
      endsAt,
      accounts: page === 1 ? accounts : [],
      orders,
      fields: [...bySubject.values()].flat(),
      bySubject,
      told,
      links: new Map(ordered.map((id) => [id, linkToken(keys, id, renewals.get(id))])),
      restricted,
      holds,
      waiting,
      page,
      pages,
    }
  })
}

/** As the policy lists the fields of a rule: what was corrected lately stands where it stood. */
function inOrder(held: readonly Explained[]): Explained[] {
  const rank = ({ rule, name }: Explained) => {
    const fields: readonly string[] = retention[rule].fields
    return fields.includes(name) ? fields.indexOf(name) : fields.length
  }
  return held.toSorted((one, other) => rank(one) - rank(other))
}

/** What goes by the contact's rule ends with it, months before the policy's limit; a legal hold keeps it longer. */
function orderEnd(
  { rule, subject, since }: HeldField,
  contactMonths: number,
  hold: LegalHold | undefined,
): string | null {
  const limit = endsBy(rule, since)
  if (limit === null || !WITH_CONTACT.includes(rule)) return limit
  const contact = contactEndsOn(subject, contactMonths)
  return hold !== undefined && hold.until > contact ? hold.until : contact
}

function explained(field: HeldField, until: string | null): Explained {
  const { clause, holds, ends } = retention[field.rule]
  return { ...field, clause, holds, until, ground: ends }
}
