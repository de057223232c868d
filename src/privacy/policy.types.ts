/**
 * What must not compile: a recipient, a purpose or a field that the policy's table does not have.
 */

import type { Transaction } from '../base/database.ts'
import { type Disclosure, deliver, type Gateway, grant, show } from './gateway.ts'
import type { Personal } from './personal.ts'
import type { CookieName, Disclosed, RetentionRule } from './policy.ts'
import type { Flow, PersonalField, personalFields } from './table.ts'

const about = { company: 'any', subject: 'any', because: 'any' }

/** C8.1: a carrier's five fields and no sixth. */
export function five(told: Disclosed<'carrier', 'transport'>): readonly unknown[] {
  const { firstName, lastName, postalAddress, email, phone } = told
  // @ts-expect-error: a sixth
  const { orderNote } = told
  // @ts-expect-error: nor the content
  const { customsItems } = told
  return [firstName, lastName, postalAddress, email, phone, orderNote, customsItems]
}

/** C8.2: a declaration names nobody. */
export function declaration(told: Disclosed<'carrier', 'customs'>): unknown {
  // @ts-expect-error: nor does it say who
  return told.lastName
}

/** C5: the payment processor knows a reference, an amount, a currency. */
export function due(told: Disclosed<'payment processor', 'payment'>): readonly unknown[] {
  // @ts-expect-error: not whom it is from
  return [told.orderReference, told.amountMinor, told.currency, told.email]
}

/** No rule, no flow. */
export async function ungranted(gateway: Gateway, tx: Transaction): Promise<void> {
  // @ts-expect-error: the carrier has no rule for this
  await grant(gateway, tx, { ...about, to: 'carrier', for: 'advertising' })
  // @ts-expect-error: a recipient that the table does not have
  await grant(gateway, tx, { ...about, to: 'data broker', for: 'transport' })
  // @ts-expect-error: a rule of somebody else
  await grant(gateway, tx, { ...about, to: 'payment processor', for: 'transport' })
}

/** What stays in the house is shown; what goes to third parties is delivered, and recorded as such. */
export async function shown(gateway: Gateway): Promise<void> {
  // @ts-expect-error: a carrier is no member of staff
  await show(gateway, { ...about, to: 'carrier', for: 'transport' })
  const seen = await show(gateway, { ...about, to: 'staff: packing', for: 'packing' })
  // @ts-expect-error: packing does not read what the customer wrote
  seen.orderNote
}

/** A disclosure is not carried out for another purpose than it was granted for. */
export async function other(
  gateway: Gateway,
  granted: Disclosure<'carrier', 'transport'>,
): Promise<void> {
  // @ts-expect-error: another rule
  await deliver<'carrier', 'customs', void>(gateway, granted, { customsItems: [] }, async () => {})
}

/** A value about a person is none of the things that a value is. */
export function opaque(email: Personal<'email'>): readonly string[] {
  // @ts-expect-error: no text
  const text: string = email
  // @ts-expect-error: no field of another kind
  const phone: Personal<'phone'> = email
  return [text, phone.field]
}

// @ts-expect-error: C6, no policy can say this
export const advertising: Flow['purpose'] = 'Advertising'
// @ts-expect-error: C5, nor name this recipient
export const broker: Flow['to'] = 'data broker'
// @ts-expect-error: C7, nor this field
export const field: Flow['fields'][number] = 'viewHistory'
// @ts-expect-error: C1, nor is there this cookie
export const cookie: CookieName = '__Host-analytics'
// @ts-expect-error: C3.2, nor this rule
export const rule: RetentionRule = 'for ever'

// A personal field that the list does not name would not be withheld from anybody: it does not compile.
type Unlisted = Exclude<PersonalField, (typeof personalFields)[number]>
export const listed: [Unlisted] extends [never] ? 'all' : Unlisted = 'all'
