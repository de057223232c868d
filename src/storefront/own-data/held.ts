/**
 * All that is held about the owner of an e-mail address, out of the one map: for the page and the downloads.
 *
 * Each value comes with why it is held (the policy's clause), since when, until when, and on what ground (C3.2).
 */

import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { listOrders, type OrderSummary } from '../../orders/order.ts'
import { waitingOf } from '../../privacy/erasure-later.ts'
import { endsBy, type HeldField, showAll, type Told } from '../../privacy/holdings.ts'
import { holdsOf, type LegalHold } from '../../privacy/legal-hold.ts'
import { deletionToken, openDataToken } from '../../privacy/person-link.ts'
import { retention } from '../../privacy/policy.ts'
import { restrictedSince } from '../../privacy/restriction.ts'
import { subjectsOfEmail } from '../../privacy/vault.ts'
import type { DataDesk } from './desk.ts'

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
  /** Newest first. */
  readonly orders: readonly OrderSummary[]
  readonly fields: readonly Explained[]
  readonly byOrder: ReadonlyMap<Id, readonly Explained[]>
  readonly told: readonly Told[]
  readonly restricted: ReadonlyMap<Id, Temporal.Instant>
  readonly holds: ReadonlyMap<Id, LegalHold>
  /** Deletions that wait, each with the token of its page. */
  readonly waiting: readonly { readonly dueAt: Temporal.Instant; readonly token: string }[]
  /** Which page of how many this is; the downloads are one page. */
  readonly page: number
  readonly pages: number
}

/** Whoever has ordered often sees so many orders at a time. */
const ORDERS_A_PAGE = 20

/** The orders that a link opens. @throws {Fault} `not_found` when it opens none, or no more. */
export async function subjectsOfLink(
  { gateway }: DataDesk,
  token: string,
): Promise<{ readonly subjects: readonly Id[]; readonly endsAt: Temporal.Instant }> {
  const { database, vault, clock } = gateway
  const opened = openDataToken(vault.keys, token, clock())
  if (opened === undefined) {
    throw new Fault('not_found', 'This link is not whole, or its 30 minutes are over', {
      remedy: 'Ask for a new one at /privacy/data',
    })
  }
  return { subjects: await subjectsOfEmail(database, opened.digest), endsAt: opened.endsAt }
}

/** All of it, or a page of orders; a page that is not there is the last one. */
export async function dataOfLink(
  desk: DataDesk,
  token: string,
  asked?: number,
): Promise<PersonData> {
  const { gateway, erasing } = desk
  const { subjects: all, endsAt } = await subjectsOfLink(desk, token)
  const pages = asked === undefined ? 1 : Math.max(1, Math.ceil(all.length / ORDERS_A_PAGE))
  const page = Math.min(asked ?? 1, pages)
  const begin = (page - 1) * ORDERS_A_PAGE
  const subjects = asked === undefined ? all : all.slice(begin, begin + ORDERS_A_PAGE)
  return gateway.database.together(async (on) => {
    const [orders, { fields, told }, restricted, holds, plans] = await Promise.all([
      listOrders(on, { ids: subjects, limit: subjects.length }),
      showAll(erasing.holdings, on, subjects),
      restrictedSince(on, subjects),
      holdsOf(on, subjects),
      waitingOf(on, subjects),
    ])
    const shown = fields.map(explained)
    const byOrder = Map.groupBy(shown, ({ subject }) => subject)
    const { keys } = gateway.vault
    const waiting = plans.map(({ entry, dueAt }) => ({ dueAt, token: deletionToken(keys, entry) }))
    const acts = { restricted, holds, waiting }
    return {
      at: gateway.clock(),
      endsAt,
      orders,
      fields: shown,
      byOrder,
      told,
      ...acts,
      page,
      pages,
    }
  })
}

function explained(field: HeldField): Explained {
  const { clause, holds, ends } = retention[field.rule]
  return { ...field, clause, holds, until: endsBy(field.rule, field.since), ground: ends }
}
