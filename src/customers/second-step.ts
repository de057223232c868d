/**
 * The second step of a sign-in: what whoever has shown the first factor gets, where the account has a second.
 *
 * Nothing about a sign-in that is half done is stored: it is the account's id, its turn and a time, with a code that
 * only this store can make. It opens no session by itself, and no other account's second step.
 *
 * Invariant: no session of an account with a second factor begins without it, also after a reset of the password.
 */

import { type Queries, sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { endRecord } from '../privacy/vault.ts'
import { openTurn, signTurn, type Turn } from './link.ts'
import { type Customers, startSession } from './session.ts'

const MINUTES = 10
const PURPOSE = 'second step'

/** A session's token; or, where a second factor is due, that of the step in which it is shown. */
export type Entered = { readonly session: string } | { readonly secondStep: string }

/** Lets whoever has shown the first factor in, or asks for the second. The caller's transaction holds the account. */
export async function enter(customers: Customers, tx: Queries, turn: Turn): Promise<Entered> {
  const { vault, clock } = customers
  if (!(await hasFactor(tx, turn.id))) {
    return { session: await startSession(customers, tx, turn.id) }
  }
  return { secondStep: signTurn(vault.keys, PURPOSE, turn, clock().add({ minutes: MINUTES })) }
}

/** Whose second step a token is; undefined for one that is too late or none of ours. */
export function openSecondStep({ vault, clock }: Customers, token: string): Turn | undefined {
  return openTurn(vault.keys, PURPOSE, token, clock())
}

export async function hasFactor(on: Queries, account: Id): Promise<boolean> {
  const row = await on.first(sql`select 1 from account_factor where account_id = ${account}`)
  return row !== undefined
}

/** Ends the second factor of an account, with its secret and its recovery codes. Tells whether there was one. */
export async function endFactor(tx: Transaction, account: Id): Promise<boolean> {
  await endRecord(tx, account, 'factor')
  return (await tx.run(sql`delete from account_factor where account_id = ${account}`)) > 0
}
