/** The settings, as rules: what starts, what is refused, and with which words. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { checkDatabaseSafety, describeSettings, readConfig } from './config.ts'

const REAL = {
  STRIPE_SECRET_KEY: 'sk_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  EASYPOST_API_KEY: 'ep_1',
  EASYPOST_WEBHOOK_SECRET: 'eps_1',
  SMTP_URL: 'smtp://user:unspoken@mail.example:587',
  STORE_NAME: 'Shop',
  STORE_COUNTRY: 'SE',
  STORE_CURRENCY: 'SEK',
  STORE_EMAIL: 'shop@shop.example',
  STORE_STREET: 'Gatan 1',
  STORE_POSTAL_CODE: '111 11',
  STORE_CITY: 'Stockholm',
  STORE_PHONE: '+46 8 1',
} as const
const PUBLIC = { HOST: '0.0.0.0', PUBLIC_URL: 'https://shop.example' } as const

test('without any setting the store is a demonstration on this machine', () => {
  const config = readConfig({})
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.publicUrl.href, 'http://localhost:3000/')
  assert.equal(config.databaseUrl, '')
  assert.deepEqual(config.rootKey, { kind: 'file', file: join('data', 'keys', 'root.key') })
  assert.deepEqual(config.outside, {
    kind: 'demonstration',
    sandboxPort: 3001,
    sandboxFolder: './data-sandbox',
  })
})

test('a root key in a service needs its address and its credentials, each said when it is missing', () => {
  const vault = { ROOT_KEY: 'vault', VAULT_ADDR: 'https://v.example:8200', VAULT_TOKEN: 't' }
  assert.deepEqual(readConfig({ ...vault, VAULT_TRANSIT_KEY: 'tacet' }).rootKey, {
    ...{ kind: 'vault', token: 't', key: 'tacet' },
    address: new URL('https://v.example:8200'),
  })
  assert.throws(() => readConfig(vault), /VAULT_TRANSIT_KEY/)
  assert.throws(() => readConfig({ ...vault, VAULT_ADDR: 'v.example' }), /VAULT_ADDR/)
  assert.throws(() => readConfig({ ROOT_KEY: 'paper' }), /ROOT_KEY must be file, vault or aws-kms/)
  const kms = {
    ...{ ROOT_KEY: 'aws-kms', AWS_REGION: 'eu-north-1', AWS_KMS_KEY_ID: 'alias/tacet' },
    ...{ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
  }
  assert.deepEqual(readConfig(kms).rootKey, {
    ...{ kind: 'aws-kms', region: 'eu-north-1', keyId: 'alias/tacet' },
    ...{ accessKeyId: 'id', secretAccessKey: 'secret' },
    endpoint: new URL('https://kms.eu-north-1.amazonaws.com'),
  })
  assert.throws(() => readConfig({ ...kms, AWS_SECRET_ACCESS_KEY: '' }), /AWS_SECRET_ACCESS_KEY/)
})

test('a default follows the setting that it depends on', () => {
  const config = readConfig({ PORT: '4188', DATA_DIR: '/srv/shop', STORE_EMAIL: 'a@b.example' })
  assert.equal(config.publicUrl.href, 'http://localhost:4188/')
  assert.deepEqual(config.rootKey, { kind: 'file', file: '/srv/shop/keys/root.key' })
  assert.equal(config.mailFrom, 'a@b.example')
})

test('everything that is wrong is said at once', () => {
  const wrong = {
    PORT: '70000',
    PUBLIC_URL: 'https://shop.example/below?x',
    TLS_PROXY: 'maybe',
    TLS_KEY_FILE: '/k.pem',
    DATABASE_URL: 'mysql://localhost/x',
    BACKUP_HORIZON_DAYS: '1.5',
    STORE_COUNTRY: 'XX',
    STORE_CURRENCY: 'EURO',
    STORE_EMAIL: 'nobody',
    PRICES_INCLUDE_TAX: 'sometimes',
    SANDBOX_PORT: '-1',
  }
  const fault = faultOf(wrong)
  for (const name of Object.keys(wrong).filter((name) => name !== 'TLS_KEY_FILE')) {
    assert.match(fault.message, new RegExp(`\\b${name} (must|is) `))
  }
  assert.match(fault.message, /TLS_CERT_FILE is missing/)
  assert.match(fault.remedy ?? '', /tacet -- config/)
})

test('companies are all real or all of the sandbox', () => {
  const { outside } = readConfig({ ...REAL, ...PUBLIC, TLS_PROXY: 'yes' })
  assert.ok(outside.kind === 'real')
  assert.equal(outside.relay.host, 'mail.example:587')
  const fault = faultOf({ STRIPE_SECRET_KEY: 'sk_1', STRIPE_WEBHOOK_SECRET: 'w' })
  assert.match(fault.message, /EASYPOST_API_KEY is not set: the carrier needs it/)
  assert.match(fault.message, /SMTP_URL is not set: the mail relay needs it/)
  assert.match(fault.message, /STORE_STREET is not set/)
  assert.doesNotMatch(fault.message, /sk_1/)
})

test('C2.1 plain HTTP beyond loopback does not start without a declared TLS proxy', () => {
  refuses({ HOST: '0.0.0.0' }, 'C2.1', /TLS_PROXY/)
  refuses({ HOST: '::' }, 'C2.1', /TLS_PROXY/)
  refuses(PUBLIC, 'C2.1', /TLS_PROXY/)
  refuses({ HOST: '0.0.0.0', TLS_PROXY: 'yes' }, 'C2.1', /PUBLIC_URL/)
  refuses({ PUBLIC_URL: 'http://shop.example' }, 'C2.1', /PUBLIC_URL is plain HTTP/)
  readConfig({ ...PUBLIC, TLS_PROXY: 'yes' })
  const files = { TLS_CERT_FILE: '/c.pem', TLS_KEY_FILE: '/k.pem' }
  assert.deepEqual(readConfig({ ...PUBLIC, ...files }).tls, {
    certFile: '/c.pem',
    keyFile: '/k.pem',
  })
  for (const HOST of ['127.0.0.1', 'localhost', '::1', '[::1]']) readConfig({ HOST })
})

test('C2.1 a database beyond this machine is reached over verified TLS alone', () => {
  const far = 'postgres://u:p@db.example/shop'
  for (const DATABASE_URL of [
    far,
    `${far}?sslmode=require`,
    `${far}?sslmode=verify-full&sslmode=disable`,
    'postgres://localhost/shop?host=db.example',
    'postgres:///shop?host=/run&host=db.example',
    'postgres://db%2eexample/shop',
  ]) {
    refuses({ DATABASE_URL }, 'C2.1', /sslmode=verify-full/)
  }
  for (const DATABASE_URL of [
    `${far}?sslmode=verify-full`,
    'postgresql://localhost/shop',
    'postgres://u@[::1]:5433/shop',
    'postgres:///shop?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun/shop',
  ]) {
    assert.equal(readConfig({ DATABASE_URL }).databaseUrl, DATABASE_URL)
  }
  assert.match(faultOf({ DATABASE_URL: 'postgres:///shop' }).message, /names no host/)
})

test('C2.1 mail cannot be told to go without TLS', () => {
  const settings = { ...REAL, ...PUBLIC, TLS_PROXY: 'yes' }
  for (const SMTP_URL of [
    'smtp://mail.example?ignoreTLS=true',
    'mail.example:25',
    'http://m.example',
  ]) {
    assert.match(faultOf({ ...settings, SMTP_URL }).message, /SMTP_URL must look like/)
  }
})

test('C2.1 real payments without the secret of their notices do not start', () => {
  refuses({ ...REAL, STRIPE_WEBHOOK_SECRET: ' ' }, 'C2.1', /STRIPE_WEBHOOK_SECRET is missing/)
})

test('a secret setting shows only whether it is set', () => {
  const shown = describeSettings({ ...REAL, DATABASE_URL: 'postgres://u:hush@localhost/x' })
  assert.doesNotMatch(JSON.stringify(shown), /sk_1|whsec_1|eps?_1|hush|unspoken/)
  const shownOf = (name: string) => shown.find((setting) => setting.name === name)?.value
  assert.equal(shownOf('SMTP_URL'), 'set')
  assert.equal(shownOf('STORE_CITY'), 'Stockholm')
  assert.equal(shownOf('PORT'), '3000')
})

test('C3.1 a database that may forget takes no real payments', async () => {
  const database = await testDatabase({ after })
  const real = readConfig({ ...REAL, ...PUBLIC, TLS_PROXY: 'yes' })
  await assert.rejects(
    checkDatabaseSafety(database, real),
    (error) => error instanceof Refusal && error.clause === 'C3.1' && /fsync/.test(error.message),
  )
  await checkDatabaseSafety(database, readConfig({}))
})

function faultOf(environment: Readonly<Record<string, string>>): Fault {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'invalid')
    return error
  }
  return assert.fail('These settings must be refused')
}

function refuses(
  environment: Readonly<Record<string, string>>,
  clause: string,
  message: RegExp,
): void {
  assert.throws(
    () => readConfig(environment),
    (error) => error instanceof Refusal && error.clause === clause && message.test(error.message),
    JSON.stringify(environment),
  )
}
