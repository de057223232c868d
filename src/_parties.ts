/**
 * The third parties of this store, as the settings name them: adapters, and the hosts that each is reached at.
 *
 * C5: what is not in this list is not reached. A demonstration's parties are the sandbox in their place, which speaks
 * their protocols on this machine.
 */

import type { Config } from './config/config.ts'
import { type MailRelay, openRelay } from './mail/relay.ts'
import type { Processor } from './payments/processor.ts'
import { stripe, stripeCompany } from './payments/processors/stripe.ts'
import type { Company } from './privacy/gateway.ts'
import type { Carrier } from './shipping/carrier.ts'
import { easyPost, easyPostCompany } from './shipping/carriers/easypost.ts'

export type Parties = {
  readonly processor: Processor
  readonly carrier: Carrier
  readonly relay: MailRelay
  readonly companies: readonly Company[]
}

/** How the parties are reached, and with which keys. */
export type Access = {
  readonly stripe: { readonly apiKey: string; readonly webhookSecret: string; readonly origin: URL }
  readonly easypost: {
    readonly key: string
    readonly webhookSecret: string
    readonly origin: string
    /** Hosts that labels are fetched from. */
    readonly labelOrigins: readonly string[]
  }
  readonly relay: URL
}

const STRIPE = new URL('https://api.stripe.com')
const EASYPOST = 'https://api.easypost.com'
const EASYPOST_LABELS = [
  'https://easypost-files.s3.us-west-2.amazonaws.com',
  'https://easypost-files.s3-us-west-2.amazonaws.com',
]

/** The access that the settings of a real shop give; a demonstration's is made with its sandbox. */
export function realAccess({ outside }: Config): Access | undefined {
  if (outside.kind === 'demonstration') return undefined
  const { secretKey: apiKey, webhookSecret } = outside.stripe
  return {
    stripe: { apiKey, webhookSecret, origin: STRIPE },
    easypost: {
      key: outside.easypost.apiKey,
      webhookSecret: outside.easypost.webhookSecret,
      origin: EASYPOST,
      labelOrigins: EASYPOST_LABELS,
    },
    relay: outside.relay,
  }
}

export function partiesOf(config: Config, access: Access): Parties {
  const { shop, publicUrl, mailFrom, privacyMailboxes: mailboxes } = config
  const processing = { ...access.stripe, description: shop.name }
  const { name, email, phone, country, city, postalCode } = shop
  const sender = {
    company: name,
    line1: shop.street,
    line2: '',
    region: '',
    ...{ email, phone, country, city, postalCode },
  }
  const carrying = { ...access.easypost, sender }
  const relay = openRelay(access.relay, mailFrom)
  const { origins } = relay.company
  const told = (company: Company, address: string): Company =>
    address === '' ? company : { ...company, mailbox: { address, origins } }
  const ours = `${name} ${publicUrl.href} ${shop.currency} ${email}`
  return {
    processor: stripe(processing),
    carrier: easyPost(carrying),
    relay,
    companies: [
      told(stripeCompany(processing, ours), mailboxes.processor),
      told(easyPostCompany(carrying), mailboxes.carrier),
      told(relay.company, mailboxes.relay),
    ],
  }
}
