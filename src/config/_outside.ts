/**
 * Settings of the companies that the store speaks to: payment processor, carrier, mail relay.
 *
 * Invariant: all are real, or none is and the sandbox stands in their place. Half of each would send a real customer's
 * parcel on payments that nobody made.
 */

import { mailAddress, type Reader, wholeNumber } from './_reader.ts'
import type { SettingName } from './_settings.ts'

/** The companies that the store speaks to, or the sandbox in their place. */
export type Outside =
  | {
      readonly kind: 'demonstration'
      readonly sandboxPort: number
      readonly sandboxFolder: string
    }
  | {
      readonly kind: 'real'
      readonly stripe: { readonly secretKey: string; readonly webhookSecret: string }
      readonly easypost: { readonly apiKey: string; readonly webhookSecret: string }
      readonly relay: URL
    }

const PARTIES = {
  'payment processor': ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  carrier: ['EASYPOST_API_KEY', 'EASYPOST_WEBHOOK_SECRET'],
  'mail relay': ['SMTP_URL'],
} as const satisfies Record<string, readonly SettingName[]>

/** What a real shop must say of itself: the defaults are the demonstration's. */
const OWN = [
  ...(['STORE_NAME', 'STORE_COUNTRY', 'STORE_CURRENCY', 'STORE_EMAIL'] as const),
  ...(['STORE_STREET', 'STORE_POSTAL_CODE', 'STORE_CITY', 'STORE_PHONE'] as const),
]

/** The companies that are set, or the demonstration when none is. */
export function outsideOf(read: Reader): Outside {
  const names = Object.values(PARTIES).flat()
  if (!names.some((name) => read.isSet(name))) return demonstrationOf(read)
  checkWhole(read)
  const secretKey = read.text('STRIPE_SECRET_KEY')
  const webhookSecret = read.text('STRIPE_WEBHOOK_SECRET')
  if (secretKey !== '' && webhookSecret === '') {
    read.breaks(
      'C2.1',
      'STRIPE_WEBHOOK_SECRET is missing: without it a forged notice of payment looks like a true ' +
        'one. Set it to the signing secret of the endpoint, which the processor shows in its settings',
    )
  }
  return {
    kind: 'real',
    stripe: { secretKey, webhookSecret },
    easypost: {
      apiKey: read.text('EASYPOST_API_KEY'),
      webhookSecret: read.text('EASYPOST_WEBHOOK_SECRET'),
    },
    relay: relayOf(read),
  }
}

/** In a demonstration the sandbox's mail relay takes them, as it takes everything. */
export function privacyMailboxesOf(read: Reader) {
  const isReal = Object.values(PARTIES)
    .flat()
    .some((name) => read.isSet(name))
  const mailbox = (name: SettingName, sandbox: string) => {
    if (read.isSet(name)) return mailAddress(read, name)
    return isReal ? '' : sandbox
  }
  return {
    carrier: mailbox('CARRIER_PRIVACY_EMAIL', 'privacy@carrier.example'),
    processor: mailbox('PROCESSOR_PRIVACY_EMAIL', 'privacy@processor.example'),
    relay: mailbox('RELAY_PRIVACY_EMAIL', 'privacy@relay.example'),
  }
}

function demonstrationOf(read: Reader): Outside {
  return {
    kind: 'demonstration',
    sandboxPort: wholeNumber(read, 'SANDBOX_PORT', 1, 65_534),
    sandboxFolder: read.text('SANDBOX_DIR'),
  }
}

/** Notes each setting that a real shop needs and that is not there. */
function checkWhole(read: Reader): void {
  for (const [party, names] of Object.entries(PARTIES)) {
    for (const name of names) {
      if (read.isSet(name) || name === 'STRIPE_WEBHOOK_SECRET') continue
      read.wrong(
        name,
        `is not set: the ${party} needs it, since others are real; or unset them all`,
      )
    }
  }
  for (const name of OWN) {
    if (!read.isSet(name)) read.wrong(name, 'is not set: a real shop says its own')
  }
}

/** There is no way to ask for SMTP without TLS: beyond loopback it is always demanded (C2.1). */
function relayOf(read: Reader): URL {
  const url = URL.parse(read.text('SMTP_URL'))
  const isRelay =
    url !== null &&
    /^smtps?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^\/?$/.test(url.pathname) &&
    url.search === ''
  if (isRelay) return url
  if (read.isSet('SMTP_URL')) {
    read.wrong('SMTP_URL', 'must look like smtp://user:password@host:587, without parameters')
  }
  return new URL('smtp://localhost')
}
