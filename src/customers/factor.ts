/**
 * The second factor of an account: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.
 *
 * While it is set up nothing is stored: the secret goes to the page and comes back with a code of it, in a token that
 * only this store can make. Then it lies sealed under the person's key, with keyed hashes of the recovery codes.
 *
 * Invariant: the second factor counts only after a code has shown that its owner can make one.
 * Invariant: a code is taken once, however many send it at once; so is a recovery code, after a restore too.
 * Invariant: of two sets of recovery codes the newer one counts alone, after a restore too.
 * Invariant: that it is switched on or off is noted before it is so; what a restore makes of that is in `secured.ts`.
 * Invariant: after 100 wrong codes in a row none is taken until a new password was chosen (NIST SP 800-63B, 3.2.2).
 */

import { sql, type Transaction } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import { countAttempt, forgetAttempts } from '../credentials/attempts.ts'
import { base32, fromBase32, newSecret, stepOf } from '../credentials/one-time-code.ts'
import { newRecoveryCode } from '../credentials/password.ts'
import type { Ending } from '../privacy/endings.ts'
import { Personal } from '../privacy/personal.ts'
import { openHeld, sealUnderOwn } from '../privacy/vault.ts'
import { provePassword } from './account.ts'
import type { Tell } from './account-notice.ts'
import { endFactor, hasFactor } from './second-step.ts'
import { nextTurn } from './secured.ts'
import { type Customers, endOtherSessions, type SignedIn } from './session.ts'
import { openSessionToken, sessionToken } from './session-token.ts'

/** What somebody is shown who sets a second factor up. */
export type Setup = { readonly secret: Buffer; readonly token: string }

export type Factor = { readonly createdAt: Temporal.Instant; readonly recoveryCodesLeft: number }

const RECOVERY_CODES = 10
const MOST_WRONG = 100
const PURPOSE = 'factor setup'

/** Begins to set a second factor up; undefined when the password is wrong. @throws {Fault} `too_many_attempts` */
export async function beginSetup(
  customers: Customers,
  { account, session }: SignedIn,
  password: string,
): Promise<Setup | undefined> {
  if (!(await provePassword(customers, account, password))) return undefined
  const secret = newSecret()
  return { secret, token: sessionToken(customers, PURPOSE, session, secret) }
}

/** The setup that a page brings back; undefined when its time is over or it was begun in another session. */
export function openSetup(
  customers: Customers,
  { session }: SignedIn,
  token: string,
): Setup | undefined {
  const secret = openSessionToken(customers, PURPOSE, session, token)
  return secret === undefined ? undefined : { secret, token }
}

/**
 * Switches the second factor on, by a code of it. Every other session of the account ends, since none has shown it.
 *
 * Returns the recovery codes, which nobody can be shown again; undefined when the code is wrong.
 *
 * @throws {Fault} `conflict` when there is a second factor; `too_many_attempts`
 */
export async function switchOn(
  customers: Customers,
  { account, session }: SignedIn,
  { secret }: Setup,
  code: string,
  tell?: Tell,
): Promise<readonly string[] | undefined> {
  const { database, clock } = customers
  await countCode(customers, account)
  const step = stepOf(secret, digitsOf(code), { at: clock(), after: 0 })
  if (step === undefined) return undefined
  const codes = newCodes()
  await database.transaction(async (tx) => {
    await tx.run(sql`select 1 from account where id = ${account} for update`)
    if (await hasFactor(tx, account)) throw alreadyOn()
    await sealFactor(customers, tx, account, base32(secret), codes)
    await tx.run(sql`
      insert into account_factor (account_id, created_at, last_step)
      values (${account}, ${clock()}, ${step})`)
    await endOtherSessions(tx, account, session)
    await nextTurn(customers.vault, tx, account, 'guarded')
    await tell?.(tx, account, 'second factor switched on')
  })
  await forgetAttempts(database, nameOf(account))
  return codes
}

/** Counts a code before it is looked at, so that many at once gain nothing. @throws {Fault} `too_many_attempts` */
export function countCode({ database, clock }: Customers, account: Id): Promise<void> {
  return countAttempt(database, nameOf(account), clock())
}

/**
 * Whether a code is right that was counted: of the app, or a recovery code. It is used up in the caller's transaction.
 *
 * @throws {Fault} `too_many_attempts` after too many wrong ones in a row.
 */
export async function takeCode(
  customers: Customers,
  tx: Transaction,
  account: Id,
  typed: string,
): Promise<boolean> {
  const row = await tx.first<{ lastStep: number; wrongCodes: number }>(sql`
    select last_step as "lastStep", wrong_codes as "wrongCodes" from account_factor
    where account_id = ${account} for update`)
  if (row === undefined) return false
  if (row.wrongCodes >= MOST_WRONG) throw tooManyWrong()
  const { totpSecret = '', recoveryHashes = '' } = await openHeld(customers.vault, tx, account, [
    ...(['totpSecret', 'recoveryHashes'] as const),
  ])
  const when = { at: customers.clock(), after: row.lastStep }
  const step = stepOf(fromBase32(totpSecret), digitsOf(typed), when)
  const hashes = recoveryHashes.split(' ')
  const used = hashOf(customers, account, typed)
  const left = hashes.filter((hash) => hash !== used)
  const isRecovery = left.length < hashes.length
  if (isRecovery) {
    await sealHashes(customers, tx, account, totpSecret, left)
    await customers.vault.endings.note('spent', [account], nameOfHash(used))
  }
  const isRight = isRecovery || step !== undefined
  await tx.run(sql`
    update account_factor set last_step = ${step ?? row.lastStep},
      wrong_codes = ${isRight ? 0 : row.wrongCodes + 1}
    where account_id = ${account}`)
  if (isRight) await forgetAttempts(tx, nameOf(account))
  return isRight
}

/** Switches the second factor off, by password and code. Tells what was wrong. @throws {Fault} `too_many_attempts` */
export async function switchOff(
  customers: Customers,
  account: Id,
  { password, code }: { readonly password: string; readonly code: string },
  tell?: Tell,
): Promise<'off' | 'password' | 'code'> {
  if (!(await provePassword(customers, account, password))) return 'password'
  await countCode(customers, account)
  return customers.database.transaction(async (tx) => {
    // Before its factor, as whoever switches it on does: so that neither waits for the other in a circle.
    await tx.run(sql`select 1 from account where id = ${account} for update`)
    if (!(await takeCode(customers, tx, account, code))) return 'code'
    await endFactor(tx, account)
    await nextTurn(customers.vault, tx, account, 'unguarded')
    await tell?.(tx, account, 'second factor switched off')
    return 'off'
  })
}

/**
 * Makes new recovery codes, by password and code; the ones before end. They are shown now, and to nobody again; or it
 * is told what was wrong.
 *
 * @throws {Fault} `too_many_attempts`
 */
export async function renewCodes(
  customers: Customers,
  account: Id,
  { password, code }: { readonly password: string; readonly code: string },
  tell?: Tell,
): Promise<readonly string[] | 'password' | 'code'> {
  const { database, vault } = customers
  if (!(await provePassword(customers, account, password))) return 'password'
  await countCode(customers, account)
  const codes = newCodes()
  return database.transaction(async (tx) => {
    if (!(await takeCode(customers, tx, account, code))) return 'code'
    const { totpSecret = '' } = await openHeld(vault, tx, account, ['totpSecret'])
    await sealFactor(customers, tx, account, totpSecret, codes)
    const dropped = await tx.many<{ codes: Id }>(sql`
      update account_factor f set codes = gen_random_uuid() from account_factor old
      where f.account_id = ${account} and old.account_id = f.account_id returning old.codes`)
    await vault.endings.note(
      'dropped',
      dropped.map((one) => one.codes),
    )
    await tell?.(tx, account, 'recovery codes renewed')
    return codes
  })
}

/**
 * After a restore: recovery codes that were used or renewed since open nothing; of the latter their person is told. The
 * set that has none in their place has a name of its own, so that done again it does nothing.
 */
export async function endCodesAgain(
  customers: Customers,
  endings: readonly Ending[],
  tell?: Tell,
): Promise<void> {
  const { database, vault } = customers
  const dropped = endings.filter(({ what }) => what === 'dropped').map(({ id }) => id)
  await database.transaction(async (tx) => {
    const rows = await tx.many<{ account: Id }>(sql`
      update account_factor set codes = gen_random_uuid() where codes = any(${dropped}::uuid[])
      returning account_id as account`)
    for (const { account } of rows) {
      const { totpSecret = '', email } = await openHeld(vault, tx, account, ['totpSecret', 'email'])
      await sealFactor(customers, tx, account, totpSecret, [])
      // Nothing is sent to an address that was set aside.
      if (email !== undefined) await tell?.(tx, account, 'recovery codes lost')
    }
    await spendAgain(customers, tx, endings)
  })
}

/** The codes of a set that were used since the backup. */
async function spendAgain(
  customers: Customers,
  tx: Transaction,
  endings: readonly Ending[],
): Promise<void> {
  const noted = Map.groupBy(
    endings.filter(({ what }) => what === 'spent'),
    ({ id }) => id,
  )
  const rows = await tx.many<{ account: Id }>(sql`
    select account_id as account from account_factor
    where account_id = any(${[...noted.keys()]}::uuid[]) order by account_id for update`)
  for (const { account } of rows) {
    const spent = new Set(noted.get(account)?.map(({ about }) => about))
    const { totpSecret = '', recoveryHashes = '' } = await openHeld(customers.vault, tx, account, [
      ...(['totpSecret', 'recoveryHashes'] as const),
    ])
    const left = recoveryHashes.split(' ').filter((hash) => !spent.has(nameOfHash(hash)))
    await sealHashes(customers, tx, account, totpSecret, left)
  }
}

/** The second factor of an account, as its owner sees it. */
export async function factorOf(
  { database, vault }: Customers,
  account: Id,
): Promise<Factor | undefined> {
  const row = await database.first<{ createdAt: Temporal.Instant }>(sql`
    select created_at as "createdAt" from account_factor where account_id = ${account}`)
  if (row === undefined) return undefined
  const { recoveryHashes = '' } = await openHeld(vault, database, account, ['recoveryHashes'])
  return { ...row, recoveryCodesLeft: recoveryHashes.split(' ').filter(Boolean).length }
}

function newCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
}

function sealFactor(
  customers: Customers,
  tx: Transaction,
  account: Id,
  secret: string,
  codes: readonly string[],
): Promise<void> {
  const hashes = codes.map((one) => hashOf(customers, account, one))
  return sealHashes(customers, tx, account, secret, hashes)
}

async function sealHashes(
  { vault }: Customers,
  tx: Transaction,
  account: Id,
  secret: string,
  hashes: readonly string[],
): Promise<void> {
  await sealUnderOwn(vault, tx, account, 'factor', [
    Personal.of('totpSecret', secret),
    Personal.of('recoveryHashes', hashes.join(' ')),
  ])
}

/** Keyed, so that nobody who has the database alone can try codes against it. */
function hashOf({ vault }: Customers, account: Id, typed: string): string {
  const code = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return vault.keys.lookUp('recovery code', `${account} ${code}`).toString('base64url')
}

/** As the list of endings has it. */
function nameOfHash(hash: string): string {
  return Buffer.from(hash, 'base64url').toString('hex')
}

/** Apps show a code in two groups. */
function digitsOf(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '')
}

function nameOf(account: Id): string {
  return `second step ${account}`
}

function alreadyOn(): Fault {
  return new Fault('conflict', 'The second factor is switched on already', {
    remedy: 'To use another device, switch it off first',
  })
}

function tooManyWrong(): Fault {
  return new Fault('too_many_attempts', 'There were too many wrong codes', {
    remedy: 'Choose a new password by a link to your e-mail address, and sign in with it',
  })
}
