/**
 * The messages about an order (confirmation, shipped, refunded, the refund came back, cancelled), and those with a link
 * that a person has asked for. Nothing else is ever written (C6).
 *
 * A message says what was bought and for how much, and bears the secret link to the order's page. Who bought it, where
 * it goes and how it travels stands on that page alone.
 *
 * Invariant: a message is made of an order, which holds no value about a person.
 * Invariant: nothing in a message is loaded from elsewhere.
 */

import { formatMoney, money } from '../base/money.ts'
import type { AccountChange, AccountLoss } from '../customers/account-notice.ts'
import type { AnnouncedEvent } from '../orders/announce.ts'
import { methodName } from '../orders/method.ts'
import type { Order } from '../orders/order.ts'
import type { Message } from '../privacy/table.ts'
import { type Words, wordsEn } from './words.en.ts'

export type Written = {
  readonly message: Message
  /** The words that the message may hold by itself, which may equal somebody's name or postal code. */
  readonly vocabulary: string
}

type Row = { readonly label: string; readonly amount: string }

const KIND_OF = {
  'order paid': 'confirmation',
  'parcel shipped': 'shipped',
  'refund made': 'refunded',
  'refund paid otherwise': 'refundedOtherwise',
  'refund sent back': 'sentBack',
  'order cancelled': 'cancelled',
} as const satisfies Readonly<Record<AnnouncedEvent, string>>

const LABEL_COLUMNS = 48
const AMOUNT_COLUMNS = 14

/** The message that an event asks for. `link` is the secret one. */
export function writeMessage(
  because: AnnouncedEvent,
  order: Order,
  shop: string,
  link: string,
): Written {
  const words = wordsEn
  const { subject, opening } = words[KIND_OF[because]]
  const values = {
    shop,
    number: String(order.number),
    refunded: inCurrency(order, order.paidBackMinor),
  }
  const rows = rowsOf(words, order)
  const letter = {
    opening: filled(opening, values),
    rows,
    link,
    shop,
  }
  const title = filled(subject, values)
  return {
    message: { subject: title, text: asText(words, letter), html: asHtml(words, letter, title) },
    vocabulary: vocabularyOf(words, [...Object.values(values), link, ...factsOf(rows)]),
  }
}

/** The message with the link to all that is held about its reader. */
export function writeDataLink(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.dataLink, link)
}

/** The message to the address that an order has been given. */
export function writeNewAddress(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.newAddress, link)
}

/** The message to the address that an order had before. */
export function writeFormerAddress(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.formerAddress, link)
}

/** The message to the address that an account had before. */
export function writeFormerOfAccount(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.formerOfAccount, link)
}

/** The message to the address that an account is to have. */
export function writeAddressLink(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.addressLink, link)
}

/** The message with the way back from a deletion that waits. */
export function writeWaiting(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.waiting, link)
}

/** The message with the link that confirms the address of a new account. */
export function writeAccountNew(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.accountNew, link)
}

/** The message with the link to another password, for whoever has an account. */
export function writeAccountKnown(shop: string, link: string): Written {
  return linkMail(shop, wordsEn.accountKnown, link)
}

/** The message with the link by which an order joins an account. */
export function writeJoiningLink(shop: string, number: number, link: string): Written {
  const { joining } = wordsEn
  const named = (template: string) => template.replace('{number}', String(number))
  const words = { ...joining, subject: named(joining.subject), opening: named(joining.opening) }
  return linkMail(shop, words, link)
}

/** The message that what serves to sign in has changed, with the way to another password. */
export function writeAccountChange(change: AccountChange, shop: string, link: string): Written {
  const { changes, ...words } = wordsEn.accountChange
  return linkMail(shop, { ...words, opening: changes[change] }, link)
}

/** The message about what a restore has made of what serves to sign in, with the way to mend it. */
export function writeAccountLoss(loss: AccountLoss, shop: string, link: string): Written {
  const { losses, ...words } = wordsEn.accountLoss
  return linkMail(shop, { ...words, ...losses[loss] }, link)
}

type LinkWords = Readonly<Record<'subject' | 'opening' | 'link' | 'secret', string>>

function linkMail(shop: string, words: LinkWords, link: string): Written {
  const { greeting } = wordsEn
  const title = filled(words.subject, { shop })
  const parts = [greeting, words.opening, `${words.link}\n${link}`, words.secret, shop]
  const html = inHtml(title, [
    greeting,
    words.opening,
    linkInHtml(words.link, link),
    words.secret,
    escaped(shop),
  ])
  const message = { subject: title, text: `${parts.join('\n\n')}\n`, html }
  // All of it is our own words; nothing in it is about the reader.
  return { message, vocabulary: [title, message.text, html].join(' ') }
}

/** What a company is asked to erase, by its own references. */
export function writeErasureNotice(shop: string, references: readonly string[]): Message {
  const { erasureNotice: words, greeting } = wordsEn
  const subject = filled(words.subject, { shop })
  const parts = [greeting, words.opening, references.join('\n'), words.closing, shop]
  const list = references.map(escaped).join('<br>\n')
  const html = inHtml(subject, [greeting, words.opening, list, words.closing, escaped(shop)])
  return { subject, text: `${parts.join('\n\n')}\n`, html }
}

/** A part is a paragraph, or a table. */
function inHtml(title: string, parts: readonly string[]): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width">',
    // No colour is set: a reader who reads in the dark has their own.
    '<meta name="color-scheme" content="light dark"></head>',
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 36rem">',
    ...parts.map((part) => (part.startsWith('<table') ? part : `<p>${part}</p>`)),
    '</body></html>\n',
  ].join('\n')
}

/** It is long, and may break anywhere, so that a telephone shows all of it. */
function linkInHtml(words: string, link: string): string {
  return `${words}<br>\n<a href="${escaped(link)}" style="word-break: break-all">${escaped(link)}</a>`
}

type Letter = {
  readonly opening: string
  readonly rows: readonly Row[]
  readonly link: string
  readonly shop: string
}

function rowsOf(words: Words, order: Order): readonly Row[] {
  return [
    ...order.lines.map(({ title, quantity, unitMinor }) => ({
      label: filled(words.line, { quantity: String(quantity), title }),
      amount: inCurrency(order, unitMinor * quantity),
    })),
    {
      label: filled(words.delivery, { method: methodName(words.methods, order.shippingMethod) }),
      amount: inCurrency(order, order.shippingMinor),
    },
    ...sumRows(words, order),
    ...refundRows(words, order),
  ]
}

/** Tax that comes on top stands above the total, tax within it below. Nothing is said of it where none is owed. */
function sumRows(words: Words, order: Order): readonly Row[] {
  const total = { label: words.total, amount: inCurrency(order, order.totalMinor) }
  if (order.taxMinor === 0) return [total]
  const amount = inCurrency(order, order.taxMinor)
  if (order.pricesIncludeTax) return [total, { label: words.taxIncluded, amount }]
  return [{ label: words.tax, amount }, total]
}

/** What has gone back so far, with the tax in it. */
function refundRows(words: Words, order: Order): readonly Row[] {
  const { paidBackMinor, paidBackTaxMinor } = order
  if (paidBackMinor === 0) return []
  const refunded = { label: words.refundedInAll, amount: inCurrency(order, -paidBackMinor) }
  if (paidBackTaxMinor === 0) return [refunded]
  return [refunded, { label: words.taxRefunded, amount: inCurrency(order, -paidBackTaxMinor) }]
}

function inCurrency({ currency, language }: Order, amountMinor: number): string {
  return formatMoney(money(amountMinor, currency), language)
}

function asText(words: Words, { opening, rows, link, shop }: Letter): string {
  const table = rows.map(asLine)
  const parts = [words.greeting, opening, table.join('\n'), `${words.link}\n${link}`, words.secret]
  return `${[...parts, shop].join('\n\n')}\n`
}

/** A label that is too long has its amount on the next line. */
function asLine({ label, amount }: Row): string {
  const cell = amount.padStart(AMOUNT_COLUMNS)
  if (label.length <= LABEL_COLUMNS) return `  ${label.padEnd(LABEL_COLUMNS)} ${cell}`
  return `  ${label}\n  ${' '.repeat(LABEL_COLUMNS)} ${cell}`
}

function asHtml(words: Words, { opening, rows, link, shop }: Letter, title: string): string {
  const table = rows.map(
    ({ label, amount }) =>
      `<tr><td>${escaped(label)}</td>\n<td align="right">${escaped(amount)}</td></tr>`,
  )
  return inHtml(title, [
    words.greeting,
    escaped(opening),
    `<table cellpadding="4">\n${table.join('\n')}\n</table>`,
    linkInHtml(words.link, link),
    words.secret,
    escaped(shop),
  ])
}

/** The markup is the same in every mail; an order without anything shows it. */
function vocabularyOf(words: Words, values: readonly string[]): string {
  const blank = asHtml(
    words,
    { opening: '', rows: [{ label: '', amount: '' }], link: '', shop: '' },
    '',
  )
  const templates = Object.values(words).flatMap((word) =>
    typeof word === 'string' ? [word] : Object.values(word),
  )
  return [blank, ...templates, ...values].join(' ')
}

function factsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ label, amount }) => [label, amount])
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
