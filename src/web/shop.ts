/**
 * The shop as its pages know it: a name, an address, a currency. No person is in it.
 */

export type Shop = {
  readonly name: string
  /** Where the shop is reached from outside; its origin is the only one that may send a form. */
  readonly publicUrl: URL
  /** ISO 4217. */
  readonly currency: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly language: 'en'
  /** True while payment, parcels and mail go to the sandbox: every page says so. */
  readonly demonstration: boolean
  readonly contactEmail: string
  /** Empty where the merchant has none. */
  readonly phone: string
  /** Street and town, a line each. */
  readonly address: readonly string[]
  readonly pricesIncludeTax: boolean
  /** Whether it makes EFF's Do Not Track policy 1.0 a promise of its own. */
  readonly promisesDntPolicy: boolean
}
