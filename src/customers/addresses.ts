/**
 * The addresses that a person keeps in their account, until they take them out or end the account (C3.1).
 *
 * Invariant: an account keeps at most 20 addresses, however many forms come at once.
 * Invariant: one that was taken out does not come back with a backup.
 */

import { type Queries, sql } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Id, newId } from '../base/ids.ts'
import {
  type AddressBook,
  type AddressParts,
  withAddress,
  withChanged,
  withDefault,
  withoutAddresses,
} from '../privacy/address-book.ts'
import type { Ending } from '../privacy/endings.ts'
import type { Personal } from '../privacy/personal.ts'
import { openHeld, sealUnderOwn } from '../privacy/vault.ts'
import { accountsAmong } from './account.ts'
import type { Customers } from './session.ts'

export const MOST_ADDRESSES = 20

/** The default first; empty for an account that has ended. */
export async function addressesOf(
  { database, vault }: Customers,
  account: Id,
  on: Queries = database,
): Promise<AddressBook> {
  return (await openHeld(vault, on, account, ['addressBook'])).addressBook ?? []
}

/**
 * Keeps an address; one that is there already is kept once. The first is the default.
 *
 * @throws {Fault} `conflict` when there are 20, `not_found` when the account has ended.
 */
export async function keepAddress(
  customers: Customers,
  account: Id,
  parts: AddressParts,
): Promise<void> {
  await changeBook(customers, account, (book) => {
    const changed = withAddress(book, newId(customers.clock()), parts)
    if (changed === undefined || book.length < MOST_ADDRESSES) return changed
    throw new Fault('conflict', `An account keeps at most ${MOST_ADDRESSES} addresses`, {
      remedy: 'Take one out first',
    })
  })
}

/** @throws {Fault} `not_found` for an address that is not in the account (any more). */
export async function changeAddress(
  customers: Customers,
  account: Id,
  id: Id,
  parts: AddressParts,
): Promise<void> {
  await changeBook(customers, account, (book) => withChanged(having(book, id), id, parts))
}

/** If it was the default, the next is. Asked twice, it stays taken out. */
export async function removeAddress(customers: Customers, account: Id, id: Id): Promise<void> {
  const { endings } = customers.vault
  await changeBook(
    customers,
    account,
    (book) => without(book, new Set([id])),
    () => endings.note('removed', [account], id),
  )
}

/** After a restore: addresses that were taken out since are so again. Done again, it does nothing. */
export async function removeAgain(customers: Customers, endings: readonly Ending[]): Promise<void> {
  const noted = Map.groupBy(
    endings.filter(({ what }) => what === 'removed'),
    ({ id }) => id,
  )
  for (const account of await accountsAmong(customers.database, [...noted.keys()])) {
    const gone = new Set(noted.get(account)?.map(({ about }) => about))
    await changeBook(customers, account, (book) => without(book, gone))
  }
}

/** @throws {Fault} as `changeAddress`. */
export async function makeDefault(customers: Customers, account: Id, id: Id): Promise<void> {
  await changeBook(customers, account, (book) => withDefault(having(book, id), id))
}

/** The account's row is locked: of two changes at once both happen, and none after its end. */
async function changeBook(
  customers: Customers,
  account: Id,
  change: (book: AddressBook) => Personal<'addressBook'> | undefined,
  beside?: () => Promise<void>,
): Promise<void> {
  const { database, vault } = customers
  await database.transaction(async (tx) => {
    const living = await tx.first(sql`select 1 from account where id = ${account} for update`)
    if (living === undefined) throw new Fault('not_found', 'This account has ended')
    const changed = change(await addressesOf(customers, account, tx))
    if (changed === undefined) return
    await sealUnderOwn(vault, tx, account, 'addresses', [changed])
    await beside?.()
  })
}

/** Undefined where nothing of it is there. */
function without(book: AddressBook, gone: ReadonlySet<Id>) {
  return book.some(({ id }) => gone.has(id)) ? withoutAddresses(book, gone) : undefined
}

function having(book: AddressBook, id: Id): AddressBook {
  if (book.some((kept) => kept.id === id)) return book
  throw new Fault('not_found', 'This address is not in the account any more', {
    remedy: 'Go back to your addresses',
  })
}
