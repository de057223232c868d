/**
 * Every setting of the store: its name in the environment, its default, what it means, whether it is secret.
 *
 * `npm run tacet -- config` prints this table; `config.ts` reads nothing that is not in it.
 */

export type Setting = {
  readonly name: string
  /** The text that stands where none is set; words in brackets say how it follows from others. */
  readonly standard: string
  readonly meaning: string
  readonly secret: boolean
}

export const settings = [
  open('PORT', '3000', 'port on which the store listens'),
  open('HOST', '127.0.0.1', 'address on which it listens; beyond loopback only with TLS'),
  open('PUBLIC_URL', '(http://localhost:PORT)', 'where customers reach the store'),
  open('TLS_PROXY', 'no', 'yes: a proxy of yours ends TLS before the store'),
  open('TLS_CERT_FILE', '', 'certificate chain (PEM), where the store ends TLS itself'),
  open('TLS_KEY_FILE', '', 'private key of that certificate (PEM)'),
  open('DATA_DIR', './data', 'folder of the embedded database, keys, pictures and logs'),
  secret('DATABASE_URL', 'PostgreSQL 15 or newer; empty: the embedded one'),
  open('ROOT_KEY_FILE', '(DATA_DIR/keys/root.key)', 'the key that opens all others; keep it apart'),
  open('ROOT_KEY', 'file', 'where the root key lies: file, vault or aws-kms'),
  open(
    'NEXT_ROOT_KEY',
    '',
    'for `keys rotate-root`: where it is to lie; NEXT_ before the settings below, too',
  ),
  open('VAULT_ADDR', '', 'Vault: its address, https:// beyond this machine'),
  secret('VAULT_TOKEN', 'Vault: token that may encrypt and decrypt by the key'),
  open('VAULT_TRANSIT_KEY', '', 'Vault: name of the key in the engine mounted at transit'),
  open('AWS_REGION', '', 'AWS KMS: region of the key'),
  open('AWS_KMS_KEY_ID', '', 'AWS KMS: id or ARN of a symmetric key'),
  open(
    'AWS_KMS_ENDPOINT',
    '(that of AWS_REGION)',
    'AWS KMS: another endpoint, in a private network',
  ),
  open('AWS_ACCESS_KEY_ID', '', 'AWS KMS: access key of a user that may Encrypt and Decrypt'),
  secret('AWS_SECRET_ACCESS_KEY', 'AWS KMS: its secret'),
  open('BACKUP_HORIZON_DAYS', '30', 'days after which no backup of yours exists any more'),
  open(
    'ORDER_CONTACT_MONTHS',
    '36',
    'months that contact and delivery of an order are kept; 60 at most',
  ),
  open('STORE_NAME', 'Tacet Outfitters', 'name of the shop'),
  open('STORE_COUNTRY', 'DK', 'country of the shop: ISO 3166-1 alpha-2'),
  open('STORE_CURRENCY', 'EUR', 'currency of its prices: ISO 4217'),
  open('STORE_EMAIL', 'shop@example.com', 'where customers write to'),
  open('STORE_STREET', 'Strandgade 1', 'sender of parcels: street and number'),
  open('STORE_POSTAL_CODE', '1401', 'sender of parcels: postal code'),
  open('STORE_CITY', 'København', 'sender of parcels: city'),
  open('STORE_PHONE', '+45 33 00 00 00', 'sender of parcels: phone'),
  open('PRICES_INCLUDE_TAX', 'yes', 'whether the prices of the catalogue hold the tax: yes or no'),
  open('DNT_POLICY', 'no', "yes: the shop also promises EFF's Do Not Track policy, anew each year"),
  secret('STRIPE_SECRET_KEY', 'payment processor: secret key'),
  secret('STRIPE_WEBHOOK_SECRET', 'payment processor: signs its checkout.session.* and refund.*'),
  secret('EASYPOST_API_KEY', 'carrier: key of its interface'),
  secret('EASYPOST_WEBHOOK_SECRET', 'carrier: signing secret of its notices'),
  secret('SMTP_URL', 'mail relay: smtp://user:password@host:587 (STARTTLS), or smtps://'),
  open('MAIL_FROM', '(STORE_EMAIL)', 'sender of the mails'),
  open('CARRIER_PRIVACY_EMAIL', '', 'carrier: mailbox for erasure notices (art. 19 GDPR)'),
  open('PROCESSOR_PRIVACY_EMAIL', '', 'payment processor: mailbox for erasure notices'),
  open('RELAY_PRIVACY_EMAIL', '', 'mail relay: mailbox for erasure notices'),
  open('SANDBOX_PORT', '3001', 'demonstration: port of the sandbox; its mail relay has the next'),
  open('SANDBOX_DIR', './data-sandbox', 'demonstration: folder of the sandbox'),
] as const satisfies readonly Setting[]

export type SettingName = (typeof settings)[number]['name']

function open<N extends string>(name: N, standard: string, meaning: string) {
  return { name, standard, meaning, secret: false } as const
}

function secret<N extends string>(name: N, meaning: string) {
  return { name, standard: '', meaning, secret: true } as const
}
