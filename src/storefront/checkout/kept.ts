/**
 * What somebody who is signed in keeps for their next order, and the checkout's form filled from it.
 *
 * Invariant: it is read for the browser that carries the session, into a page that nothing stores.
 */

import type { FastifyRequest } from 'fastify'
import type { Id } from '../../base/ids.ts'
import { MOST_ADDRESSES } from '../../customers/addresses.ts'
import { type Gateway, showOwner } from '../../privacy/gateway.ts'
import type { KeptAddress } from '../../privacy/table.ts'
import type { Submitted } from '../../web/body.ts'
import { signedIn } from '../account/visit.ts'

export type Keeper = {
  readonly account: Id
  readonly email: string
  /** The default first. */
  readonly addresses: readonly KeptAddress[]
  /** Whether the account has room for another address. */
  readonly hasRoom: boolean
}

/** Undefined for whoever buys without an account. */
export async function keeperOf(
  gateway: Gateway,
  request: FastifyRequest,
): Promise<Keeper | undefined> {
  const person = await signedIn({ gateway }, request)
  if (person === undefined) return undefined
  const { email = '', addressBook = [] } = await showOwner(gateway, person.account)
  const hasRoom = addressBook.length < MOST_ADDRESSES
  return { account: person.account, email, addresses: addressBook, hasRoom }
}

/** The address that fills the form: the one that was asked for, or the first of those in this country. */
export function addressFor(
  { addresses }: Keeper,
  country: string,
  asked: string,
): KeptAddress | undefined {
  const there = addresses.filter(({ postalAddress }) => postalAddress.country === country)
  return there.find(({ id }) => id === asked) ?? there[0]
}

/** Where no kept address is in this country, who it is for is filled in all the same. */
export function filledIn({ email, addresses }: Keeper, chosen: KeptAddress | undefined): Submitted {
  const who = chosen ?? addresses[0]
  if (who === undefined) return { email }
  const { firstName, lastName, phone } = who
  return { email, firstName, lastName, phone, ...(chosen && partsOf(chosen)) }
}

/** The address as its form has it. The country is not one of its fields. */
export function partsOf({ postalAddress }: KeptAddress): Submitted {
  const { country: _, ...parts } = postalAddress
  return parts
}
