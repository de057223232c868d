/**
 * Settings: the only reader of the environment.
 *
 * Everything that is wrong is said at once, each with its remedy. A setting that would break a clause stops the start
 * with that clause (C2.1: customer data travels over a secure channel; C3.1: what ended does not come back).
 *
 * Invariant: processor, carrier and mail relay are all real, or none is and the store is a demonstration.
 */

import { join } from 'node:path'
import { countryNamed } from '../base/countries.ts'
import type { Queries } from '../base/database.ts'
import { OLDEST_POSTGRES, readDurability } from '../base/durability.ts'
import { Fault, Refusal } from '../base/failure.ts'
import type { RootKeyPlace } from '../privacy/root-keys/root-key.ts'
import { databaseUrlOf } from './_database-url.ts'
import { listening, type TlsFiles } from './_listening.ts'
import { type Outside, outsideOf, privacyMailboxesOf } from './_outside.ts'
import {
  type Environment,
  given,
  mailAddress,
  type Reader,
  readerOf,
  wholeNumber,
  yes,
} from './_reader.ts'
import { rootKeyOf } from './_root-key.ts'
import { type Setting, settings } from './_settings.ts'

export type Config = {
  readonly port: number
  readonly host: string
  readonly publicUrl: URL
  /** Whether a proxy ends TLS before the store and says so in its headers. */
  readonly tlsProxy: boolean
  readonly tls: TlsFiles | null
  readonly dataFolder: string
  /** Of the embedded database. */
  readonly databaseFolder: string
  /** Empty: the embedded database. */
  readonly databaseUrl: string
  readonly rootKey: RootKeyPlace
  /** Where `keys rotate-root` moves all keys to. @throws {Fault} `invalid`, with every setting of it that is wrong. */
  readonly nextRootKey: () => RootKeyPlace
  readonly backupHorizonDays: number
  /** How long contact and delivery of an order are kept (C3.2: five years at most). */
  readonly contactMonths: number
  readonly shop: ShopConfig
  readonly mailFrom: string
  /** Where each company takes erasure notices; empty where it takes none by mail. */
  readonly privacyMailboxes: Readonly<Record<'carrier' | 'processor' | 'relay', string>>
  readonly outside: Outside
}

export type ShopConfig = {
  readonly name: string
  readonly country: string
  readonly currency: string
  readonly email: string
  readonly street: string
  readonly postalCode: string
  readonly city: string
  readonly phone: string
  readonly pricesIncludeTax: boolean
  /** Whether the shop makes EFF's Do Not Track policy 1.0 a promise of its own. */
  readonly promisesDntPolicy: boolean
}

/**
 * @throws {Fault} `invalid`, with every setting that is wrong and its remedy.
 * @throws {Refusal} with every clause that the settings would break.
 */
export function readConfig(environment: Environment = process.env): Config {
  const read = readerOf(environment)
  const config = {
    ...listening(read),
    ...storage(read),
    nextRootKey: () => readNextRootKey(environment),
    shop: shopOf(read),
    mailFrom: mailAddress(read, read.isSet('MAIL_FROM') ? 'MAIL_FROM' : 'STORE_EMAIL'),
    privacyMailboxes: privacyMailboxesOf(read),
    outside: outsideOf(read),
  }
  read.conclude()
  return config
}

/** Each setting with what it is in this environment; a secret one shows only whether it is set. */
export function describeSettings(
  environment: Environment = process.env,
): readonly (Setting & { readonly value: string; readonly isSet: boolean })[] {
  return settings.map((setting) => {
    const value = given(environment, setting.name)
    const shown = setting.secret ? (value === '' ? 'not set' : 'set') : value || setting.standard
    return { ...setting, value: shown, isSet: value !== '' }
  })
}

/**
 * Asks the database what only it can say, once it is connected.
 *
 * @throws {Fault} `storage` when it is older than PostgreSQL 15.
 * @throws {Refusal} C3.1 when it may forget what it confirmed, and payments are real.
 */
export async function checkDatabaseSafety(
  database: Queries,
  { outside }: Pick<Config, 'outside'>,
): Promise<void> {
  const { major, off } = await readDurability(database)
  if (major < OLDEST_POSTGRES) {
    throw new Fault('storage', `The database is PostgreSQL ${major}: too old for this store`, {
      remedy: `Set DATABASE_URL to PostgreSQL ${OLDEST_POSTGRES} or newer`,
    })
  }
  if (outside.kind === 'demonstration' || off.length === 0) return
  const names = off.join(', ')
  throw new Refusal(
    'C3.1',
    `Cannot take real payments while the database has ${names} off: after a power cut it forgets what it ` +
      `confirmed, a payment or the deletion of somebody's data. Set ${names} to on`,
  )
}

function storage(read: Reader) {
  const dataFolder = read.text('DATA_DIR')
  return {
    dataFolder,
    databaseFolder: join(dataFolder, 'postgres'),
    databaseUrl: databaseUrlOf(read),
    rootKey: rootKeyOf(read, dataFolder),
    backupHorizonDays: wholeNumber(read, 'BACKUP_HORIZON_DAYS', 1, 365),
    contactMonths: wholeNumber(read, 'ORDER_CONTACT_MONTHS', 1, 60),
  }
}

/** Its settings have NEXT_ before their names; one that is not set so stays as it is. */
function readNextRootKey(environment: Environment): RootKeyPlace {
  const read = readerOf(environment, 'move the keys', 'NEXT_')
  if (given(environment, 'NEXT_ROOT_KEY') === '') {
    read.wrong('ROOT_KEY', 'is not set: say whether the keys move to a file, vault or aws-kms')
  }
  const place = rootKeyOf(read, readerOf(environment).text('DATA_DIR'))
  read.conclude()
  return place
}

function shopOf(read: Reader): ShopConfig {
  const country = read.text('STORE_COUNTRY')
  const currency = read.text('STORE_CURRENCY')
  if (countryNamed(country) === undefined) {
    read.wrong('STORE_COUNTRY', 'is no country: set it to its two letters, such as DK')
  }
  if (!Intl.supportedValuesOf('currency').includes(currency)) {
    read.wrong('STORE_CURRENCY', 'is no currency: set it to its three letters, such as EUR')
  }
  return {
    name: read.text('STORE_NAME'),
    country,
    currency,
    email: mailAddress(read, 'STORE_EMAIL'),
    street: read.text('STORE_STREET'),
    postalCode: read.text('STORE_POSTAL_CODE'),
    city: read.text('STORE_CITY'),
    phone: read.text('STORE_PHONE'),
    pricesIncludeTax: yes(read, 'PRICES_INCLUDE_TAX'),
    promisesDntPolicy: yes(read, 'DNT_POLICY'),
  }
}
