/**
 * The door to all that is held about a person, for whoever is signed in: no mail is needed, a fresh proof is.
 *
 * Theirs is the account, the orders of the account, and every order that was placed with the account's own address,
 * which somebody has confirmed.
 *
 * Invariant: a session alone opens nothing here: it is 30 minutes young, or its person has entered the password.
 */

import type { Id } from '../../base/ids.ts'
import { accountsAmong } from '../../customers/account.ts'
import { provenUntil } from '../../customers/session.ts'
import { orderIdsOf } from '../../orders/belonging.ts'
import type { Gateway } from '../../privacy/gateway.ts'
import { emailDigest, subjectsOfEmail } from '../../privacy/look-ups.ts'
import type { Door } from '../own-data/owner.ts'
import type { AccountDesk } from './desk.ts'
import { leadingBack, signedIn } from './visit.ts'

export const PLACE = '/account/data'

export function byAccount(desk: AccountDesk): Door {
  const { gateway } = desk
  return async (request) => {
    const person = await signedIn(desk, request)
    if (person === undefined) return { first: leadingBack(request, '/account/sign-in') }
    const { account, session } = person
    const endsAt = await provenUntil(gateway, session)
    if (endsAt === undefined) return { first: leadingBack(request, '/account/proof') }
    const subjects = await subjectsOf(gateway, account)
    return { place: PLACE, subjects, account, endsAt }
  }
}

/** Newest first. An account that has ended at this moment has none. */
async function subjectsOf({ database, vault }: Gateway, account: Id): Promise<readonly Id[]> {
  const digest = await emailDigest(vault, database, account)
  const [ordered, named] = await Promise.all([
    orderIdsOf(database, account),
    // Of an account that has ended, or of which a restore has lost the address.
    digest === undefined
      ? accountsAmong(database, [account])
      : subjectsOfEmail(vault, database, digest),
  ])
  return [...new Set([...ordered, ...named])].toSorted().toReversed()
}
