/** The map of what is held about a person, put together: each domain's part, in the order in which they end. */

import { addressAskedSince, emailChangeHolding } from './customers/change-holding.ts'
import { accountHolding, factorSince, passwordSince } from './customers/holding.ts'
import { belongingHolding } from './orders/belonging.ts'
import { orderHolding } from './orders/holding.ts'
import { paperHolding } from './paper/holding.ts'
import { paidSince, paymentHolding } from './payments/holding.ts'
import { planHolding } from './privacy/erasure-later.ts'
import { requestHolding } from './privacy/erasure-request.ts'
import type { Holding } from './privacy/holdings.ts'
import { holdHolding } from './privacy/legal-hold.ts'
import { mailboxHolding } from './privacy/mailbox.ts'
import { askedHolding } from './privacy/requests.ts'
import { restrictionHolding } from './privacy/restriction.ts'
import type { Vault } from './privacy/vault.ts'
import { vaultHoldings } from './privacy/vault-holdings.ts'
import { bookedSince, shipmentHolding } from './shipping/holding.ts'

export function holdingsOf(vault: Vault): readonly Holding[] {
  const since = {
    ...{ invoice: paidSince, shipment: bookedSince, change: addressAskedSince },
    ...{ credentials: passwordSince, factor: factorSince },
  }
  return [
    belongingHolding,
    emailChangeHolding,
    accountHolding,
    orderHolding,
    paymentHolding,
    shipmentHolding,
    requestHolding,
    planHolding,
    askedHolding,
    restrictionHolding,
    holdHolding,
    paperHolding(vault),
    ...vaultHoldings(vault, since),
    mailboxHolding,
  ]
}
