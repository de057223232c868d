/** The policy's conditions, each with the function of the domain that knows whether it holds. */

import { accountingRecordLives, orderIsOpen, reasonIsStated } from './backoffice/conditions.ts'
import { isAccountRequest } from './customers/account-link.ts'
import { isAccountChange, isAccountLoss } from './customers/account-notice.ts'
import { isAddressChange, isAddressRequest } from './customers/email-change.ts'
import { isAnnouncedEvent } from './orders/announce.ts'
import { isCorrection, isRequest } from './orders/data-link.ts'
import { isJoining } from './orders/joining.ts'
import { paymentIsOpen } from './payments/payment.ts'
import { isErasure } from './privacy/erasure-notice.ts'
import type { Conditions } from './privacy/gateway.ts'
import { isShipmentOpen, leavesCustomsTerritory } from './shipping/shipment.ts'

/** The events of each purpose that are announced to somebody. */
const EVENTS: Readonly<Record<string, (because: string) => boolean>> = {
  'messages about an order': isAnnouncedEvent,
  'messages about a request': isRequest,
  'notice to a former address': (because) => isCorrection(because) || isAddressChange(because),
  'confirmation of a new address': isAddressRequest,
  'messages about an account': (because) =>
    [isAccountRequest, isAccountChange, isAccountLoss, isJoining].some((is) => is(because)),
  'erasure notice': isErasure,
}

/** @param shopCountry where parcels leave from, ISO 3166-1 alpha-2. */
export const conditionsOf = (shopCountry: string): Conditions => ({
  'the payment is open': paymentIsOpen,
  'the shipment is open': isShipmentOpen,
  'the shipment is open and leaves the customs territory': leavesCustomsTerritory(shopCountry),
  // Claims, returns and drop shipments come with their domains: until then these flows do not happen.
  'the claim is open': () => false,
  'the return is open': () => false,
  'the order line is open': () => false,
  'an event asks for it': (_, { for: purpose, because }) => EVENTS[purpose]?.(because) ?? false,
  'the order is open': orderIsOpen,
  'a reason is stated': reasonIsStated,
  'the accounting record lives': accountingRecordLives,
  always: () => true,
})
