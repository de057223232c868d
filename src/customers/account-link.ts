/**
 * The way to an account: a person types an e-mail address, and a link goes to it, whoever has it (C3.1).
 *
 * To open an account and to replace a forgotten password are this one request. What was typed is sealed as the address
 * of an account, if it is not one already; how often this happens is counted by the disclosures to the mail relay.
 *
 * Invariant: it takes as many statements for an address with an account as for one without, and whoever asked is told
 * the same.
 */

import { sql, type Transaction } from '../base/database.ts'
import type { Id } from '../base/ids.ts'
import { enqueue } from '../base/jobs.ts'
import { type Gateway, grant } from '../privacy/gateway.ts'
import type { Personal } from '../privacy/personal.ts'
import { accountFor } from './account.ts'

const REQUESTED = 'account link asked for'

const MOST_AN_HOUR = 3

/** For "an event asks for it": a person asked for an account, or for a new password. */
export function isAccountRequest(because: string): boolean {
  return because === REQUESTED
}

/** Sends the link, unless the address has had its links for this hour. */
export async function sendAccountLink(gateway: Gateway, email: Personal<'email'>): Promise<void> {
  await gateway.database.transaction(async (tx) => {
    const { id, isNew } = await accountFor(gateway, tx, email)
    if (!isNew && !(await isRenewed(gateway, tx, id))) return
    const company = gateway.companies.find(({ to }) => to === 'mail relay')?.name ?? ''
    const ask = { to: 'mail relay', for: 'messages about an account', company } as const
    await grant(gateway, tx, { ...ask, subject: id, because: REQUESTED }, (disclosure) =>
      enqueue(tx, 'send account link', { order: id, id: disclosure.id }),
    )
  })
}

/** Whether a known account may have another link. If nobody has confirmed it yet, its day begins anew. */
async function isRenewed({ clock }: Gateway, tx: Transaction, account: Id): Promise<boolean> {
  const now = clock()
  const { sent } = await tx.one<{ sent: number }>(sql`
    select count(*) as sent from disclosure
    where subject = ${account} and because = ${REQUESTED}
      and granted_at > ${now.subtract({ hours: 1 })}`)
  if (sent >= MOST_AN_HOUR) return false
  const living = await tx.run(sql`
    update account set created_at = case when confirmed_at is null then ${now} else created_at end
    where id = ${account}`)
  return living === 1
}
