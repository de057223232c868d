/**
 * Notices to the address of an account that what serves to sign in to it has changed: if it was not its person, they
 * hear of it from us, in time. So they do when a restore has changed it.
 */

import type { Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'

export const accountChanges = [
  'password changed',
  'second factor switched on',
  'second factor switched off',
  'recovery codes renewed',
  'passkey added',
  'passkey removed',
] as const

/** What the restore of a backup has made of it, which nobody has asked for. */
export const accountLosses = [
  'second factor lost',
  'second factor off again',
  'recovery codes lost',
] as const

export type AccountChange = (typeof accountChanges)[number]
export type AccountLoss = (typeof accountLosses)[number]

/** In the transaction of a change: tells the address of it. */
export type Tell = (
  tx: Transaction,
  account: Id,
  change: AccountChange | AccountLoss,
) => Promise<void>

export function isAccountChange(because: string): because is AccountChange {
  return (accountChanges as readonly string[]).includes(because)
}

export function isAccountLoss(because: string): because is AccountLoss {
  return (accountLosses as readonly string[]).includes(because)
}

/** The mail goes out if the caller's transaction commits, and not otherwise. */
export function tellBy(gateway: Gateway): Tell {
  const company = gateway.companies.find(({ to }) => to === 'mail relay')?.name ?? ''
  const ask = { to: 'mail relay', for: 'messages about an account', company } as const
  return async (tx, account, because) => {
    await grant(gateway, tx, { ...ask, subject: account, because }, ({ id }) =>
      enqueue(tx, 'send account link', { order: account, id }),
    )
  }
}
