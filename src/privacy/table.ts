/**
 * The shape of a policy: what a revision in `policy/` may say at all.
 *
 * What can be written here is already narrow. There is no purpose for advertising, no recipient that is not in the
 * trade, no field that the store does not know. What the types cannot hold, `_contradictions.ts` refuses when the
 * policy loads.
 */

import type { Money } from '../base/money.ts'

export type PostalAddress = {
  readonly line1: string
  readonly line2: string
  readonly postalCode: string
  readonly city: string
  readonly region: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** An address that a person with an account keeps for their next order. */
export type KeptAddress = {
  /** Random; names the address in a form. */
  readonly id: string
  readonly firstName: string
  readonly lastName: string
  readonly postalAddress: PostalAddress
  /** Empty where none is kept. */
  readonly phone: string
}

/** Values about a person, which lie sealed in the vault. */
export type PersonalValues = {
  readonly firstName: string
  readonly lastName: string
  readonly postalAddress: PostalAddress
  readonly email: string
  /** The address that an order or an account had before, until it has been told of the new one. */
  readonly formerEmail: string
  /** The address that an account is to have, until a link that was sent there has been opened. */
  readonly newEmail: string
  readonly phone: string
  /** What the customer wrote to us with the order. */
  readonly orderNote: string
  readonly trackingNumber: string
  /** The carrier's label, a PDF, in base64: it bears the address. */
  readonly label: string
  readonly invoiceName: string
  readonly invoiceAddress: PostalAddress
  /** Of an account: argon2id, with its salt and cost. */
  readonly passwordHash: string
  /** The first is the default. */
  readonly addressBook: readonly KeptAddress[]
  /** Of an account: what its owner's device makes codes of (RFC 6238), in base32. */
  readonly totpSecret: string
  /** Of an account: keyed hashes of the recovery codes that are left, a space between them. */
  readonly recoveryHashes: string
  /** What a person calls a passkey of theirs. */
  readonly passkeyName: string
  /** The id that an authenticator gave a passkey (WebAuthn), in base64url. */
  readonly passkeyCredential: string
  /** SubjectPublicKeyInfo (RFC 5280), in base64url. */
  readonly passkeyPublicKey: string
}

export type CustomsItem = {
  readonly description: string
  readonly quantity: number
  readonly value: Money
  /** Harmonized System, digits only. */
  readonly hsCode: string
  /** ISO 3166-1 alpha-2. */
  readonly origin: string
  readonly netWeightGrams: number
}

export type Message = { readonly subject: string; readonly text: string; readonly html: string }

/** Values about an order or a parcel, which their domain hands to the gateway with the disclosure. */
export type FactValues = {
  readonly orderReference: string
  readonly amountMinor: number
  readonly currency: string
  readonly customsItems: readonly CustomsItem[]
  readonly message: Message
  readonly items: readonly {
    readonly sku: string
    readonly title: string
    readonly quantity: number
  }[]
  readonly product: string
  readonly serialNumber: string
  readonly dateOfPurchase: string
  readonly fault: string
  /** What a recipient itself calls what it was told: its numbers of parcels, payments, mails. */
  readonly references: readonly string[]
}

export type PersonalField = keyof PersonalValues

/** Every personal field. One that is missing here does not compile (`policy.types.ts`). */
export const personalFields = [
  'firstName',
  'lastName',
  'postalAddress',
  'email',
  'formerEmail',
  'newEmail',
  'phone',
  'orderNote',
  'trackingNumber',
  'label',
  'invoiceName',
  'invoiceAddress',
  'passwordHash',
  'addressBook',
  'totpSecret',
  'recoveryHashes',
  'passkeyName',
  'passkeyCredential',
  'passkeyPublicKey',
] as const satisfies readonly PersonalField[]

/** Fields whose values nobody is shown, since they would help a finder to sign in; and what lies there instead. */
export const withheld = {
  passwordHash: 'a hash that cannot be read back',
  totpSecret: 'a secret shared with an app, never shown',
  recoveryHashes: 'hashes that cannot be read back',
} as const satisfies Partial<Record<PersonalField, string>>

export type WithheldField = keyof typeof withheld

export type Fact = keyof FactValues
export type Field = PersonalField | Fact

export type Recipient =
  | 'payment processor'
  | 'carrier'
  | 'manufacturer'
  | 'distributor'
  | 'partner'
  | 'mail relay'
  | 'staff: packing'
  | 'staff: service'
  | 'staff: accounts'
  | 'the person'

/** A flow's purpose, in the Data Privacy Vocabulary's terms (DPV 2.3). Others do not load (C5, C6). */
export type Purpose =
  | 'PaymentManagement'
  | 'DeliveryOfGoods'
  | 'CustomerOrderManagement'
  | 'CustomerClaimsManagement'
  | 'AccountManagement'
  | 'RightsFulfilment'
  | 'LegalCompliance'

/** What must be so for a flow to happen. `src/_conditions.ts` hands the gateway a function for each. */
export type Condition =
  | 'the payment is open'
  | 'the shipment is open'
  | 'the shipment is open and leaves the customs territory'
  | 'the claim is open'
  | 'the return is open'
  | 'the order line is open'
  | 'an event asks for it'
  | 'the order is open'
  | 'a reason is stated'
  | 'the accounting record lives'
  | 'always'

/** `encrypted`: TLS, or a loopback address. `any`: as the recipient can take it (C2.2). */
export type Channel = 'encrypted' | 'any' | 'in the house'

export type Flow = {
  readonly clause: string
  readonly to: Recipient
  readonly for: string
  readonly purpose: Purpose
  readonly fields: readonly Field[]
  readonly channel: Channel
  readonly while: Condition
}

export type KeyKind = 'person' | 'order' | 'period' | 'cart' | 'document' | 'index' | 'none'

export type Retention = {
  readonly clause: string
  readonly holds: string
  readonly key: KeyKind
  /** Personal fields that are stored under this rule; each has at least one rule, and one for each kind of key. */
  readonly fields: readonly PersonalField[]
  readonly onErasure: 'at once' | 'when nothing is open' | 'stays' | 'nothing to erase'
  /** ISO 8601 duration; null: no limit of its own. */
  readonly atMost: string | null
  readonly ends: string
  /** Whether it is information about orders, which C3.2 caps at five years. */
  readonly aboutOrders: boolean
}

export type Cookie = {
  readonly serves: 'session' | 'cart and orders' | 'payment'
  readonly sameSite: 'Strict' | 'Lax'
  /** Null: until the browser closes. */
  readonly maxAgeSeconds: number | null
}

export type PolicyTable = {
  readonly revision: string
  /** `YYYY-MM-DD`; the month is what the policy says. */
  readonly lastUpdate: string
  readonly cookies: Readonly<Record<string, Cookie>>
  readonly flows: readonly Flow[]
  readonly retention: Readonly<Record<string, Retention>>
}
