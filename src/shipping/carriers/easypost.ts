/**
 * EasyPost: many carriers behind one HTTP API (version 2), by a client of our own through the gateway's way out.
 *
 * A parcel is a shipment there: created with the two addresses, the weight and our random reference, then bought at one
 * of the rates that the answer offers, its label fetched as a PDF.
 *
 * Invariant: `to_address` holds the five fields of C8.1; `customs_info` exists only where a border is crossed (C8.2).
 * Invariant: a text of the API's answers goes nowhere but into the label and the tracking number: it could repeat an
 * address.
 */

import { type HttpRequest, send, type Way } from '../../base/egress.ts'
import { Fault } from '../../base/failure.ts'
import { type Money, minorDigits, parseMoney } from '../../base/money.ts'
import type { Company } from '../../privacy/gateway.ts'
import {
  type Carrier,
  type Consignee,
  carrierRefused,
  type Label,
  type Parcel,
} from '../carrier.ts'
import {
  type Answer,
  parseShipment,
  type Rate,
  reasonIn,
  type Shipment,
} from './_easypost-answer.ts'
import { verifyEvent } from './_easypost-webhook.ts'

/** The shop, as it stands on the parcel. */
export type Sender = {
  readonly company: string
  readonly line1: string
  readonly line2: string
  readonly city: string
  readonly region: string
  readonly postalCode: string
  readonly country: string
  readonly phone: string
  readonly email: string
}

export type EasyPostSettings = {
  /** `https://api.easypost.com`, or the sandbox. */
  readonly origin: string
  /** Where labels lie; the API names their address. */
  readonly labelOrigins: readonly string[]
  readonly key: string
  /** Empty: webhooks are refused. */
  readonly webhookSecret: string
  readonly sender: Sender
}

const NAME = 'EasyPost'
const GRAMS_PER_OUNCE = 28.349523125
/** Buying asks the carrier itself, which takes its time. */
const TIMEOUT_MS = 30_000

/** Words of the protocol that may equal somebody's name or a product's. */
const PROTOCOL_WORDS = [
  'shipment to_address from_address parcel customs_info customs_items reference name company street1',
  'street2 city state zip country phone email weight options label_format currency description',
  'quantity value hs_tariff_number origin_country contents_type merchandise restriction_type none',
  'non_delivery_option return customs_certify customs_signer eel_pfc rate buy labels application',
  'json accept authorization basic content-type pdf true',
].join(' ')

/** The company as the gateway must know it. */
export function easyPostCompany({ origin, labelOrigins, sender }: EasyPostSettings): Company {
  return {
    to: 'carrier',
    name: NAME,
    origins: [...new Set([origin, ...labelOrigins])],
    protocolWords: `${PROTOCOL_WORDS} ${Object.values(sender).join(' ')}`,
  }
}

export function easyPost(settings: EasyPostSettings): Carrier {
  const api = apiOf(settings)
  return {
    name: NAME,
    async find(reference, way) {
      const found = await api(way, 'GET', `/v2/shipments/${encodeURIComponent(reference)}`)
      if (found.status === 404) return undefined
      const shipment = parseShipment(accepted(found))
      return shipment.labelUrl === undefined ? undefined : labelOf(way, shipment)
    },
    async book({ consignee, parcel }, way) {
      const body = { shipment: shipmentOf(settings.sender, consignee, parcel) }
      const created = parseShipment(accepted(await api(way, 'POST', '/v2/shipments', body)))
      if (created.labelUrl !== undefined) return labelOf(way, created)
      const rate = rateFor(parcel.method, created.rates)
      const path = `/v2/shipments/${created.id}/buy`
      const bought = await api(way, 'POST', path, { rate: { id: rate.id } })
      return labelOf(way, parseShipment(accepted(bought)))
    },
    verifyWebhook: (rawBody, headers) =>
      verifyEvent(NAME, settings.webhookSecret, rawBody, headers['x-hmac-signature']),
  }
}

type Api = (way: Way, method: HttpRequest['method'], path: string, body?: object) => Promise<Answer>

function apiOf({ origin, key }: EasyPostSettings): Api {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
  return async (way, method, path, body) => {
    const { status, body: bytes } = await send(way, {
      method,
      url: `${origin}${path}`,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      timeoutMs: TIMEOUT_MS,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status, body: bytes }
  }
}

/** @throws {Fault} `unreachable` for what passes by itself, `carrier_refused` for what does not. */
function accepted(answer: Answer): Answer {
  const { status } = answer
  if (status >= 200 && status < 300) return answer
  if (status >= 500 || status === 408 || status === 429) throw unanswered(`it answered ${status}`)
  throw carrierRefused(NAME, reasonIn(answer) ?? `HTTP.${status}`)
}

function shipmentOf(sender: Sender, consignee: Consignee, parcel: Parcel): object {
  return {
    reference: parcel.reference,
    to_address: toAddress(consignee),
    from_address: fromAddress(sender),
    parcel: { weight: ounces(parcel.weightGrams) },
    options: { label_format: 'PDF' },
    ...(parcel.crossesBorder ? { customs_info: customsInfo(sender, parcel) } : {}),
  }
}

function toAddress({ firstName, lastName, postalAddress, email, phone }: Consignee): object {
  return {
    name: `${firstName} ${lastName}`,
    street1: postalAddress.line1,
    street2: postalAddress.line2,
    city: postalAddress.city,
    state: postalAddress.region,
    zip: postalAddress.postalCode,
    country: postalAddress.country,
    phone,
    email,
  }
}

function fromAddress(sender: Sender): object {
  return {
    company: sender.company,
    street1: sender.line1,
    street2: sender.line2,
    city: sender.city,
    state: sender.region,
    zip: sender.postalCode,
    country: sender.country,
    phone: sender.phone,
    email: sender.email,
  }
}

function customsInfo(sender: Sender, { declaration }: Extract<Parcel, { crossesBorder: true }>) {
  return {
    contents_type: 'merchandise',
    restriction_type: 'none',
    non_delivery_option: 'return',
    customs_certify: true,
    customs_signer: sender.company,
    // What the United States want of an exporter of goods below 2,500 USD a kind.
    ...(sender.country === 'US' ? { eel_pfc: 'NOEEI 30.37(a)' } : {}),
    customs_items: declaration.customsItems.map((item) => ({
      description: item.description,
      quantity: item.quantity,
      value: decimal(item.value),
      currency: item.value.currency,
      weight: ounces(item.netWeightGrams),
      hs_tariff_number: item.hsCode,
      origin_country: item.origin,
    })),
  }
}

/** Ounces with one decimal, never less than it weighs. */
function ounces(grams: number): number {
  return Math.ceil((grams / GRAMS_PER_OUNCE) * 10) / 10
}

/** 1050 minor units of EUR are `10.50`. */
function decimal({ amountMinor, currency }: Money): string {
  const digits = minorDigits(currency)
  const text = String(amountMinor).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** The fastest for `express`, the cheapest for everything else. */
function rateFor(method: string, rates: readonly Rate[]): Rate {
  const price = ({ rate, currency }: Rate) => parseMoney(rate, currency).amountMinor
  const days = ({ deliveryDays }: Rate) => deliveryDays ?? Number.MAX_SAFE_INTEGER
  const [best] = [...rates].sort((a, b) =>
    method === 'express' ? days(a) - days(b) || price(a) - price(b) : price(a) - price(b),
  )
  if (best === undefined) throw carrierRefused(NAME, 'NO_RATES')
  return best
}

async function labelOf(way: Way, shipment: Shipment): Promise<Label> {
  const { labelUrl, trackingNumber, id } = shipment
  if (labelUrl === undefined || trackingNumber === undefined) {
    throw unanswered('it sold a parcel without a label')
  }
  checkDeclared(way, labelUrl)
  const { status, body } = await send(way, { method: 'GET', url: labelUrl, headers: {} })
  if (status !== 200 || body.subarray(0, 5).toString('latin1') !== '%PDF-') {
    throw unanswered('its label is not a PDF')
  }
  return { trackingNumber, pdf: body, companyReference: id }
}

/** The label is paid: once its host is declared, the next try fetches it, where a refusal would buy another. */
function checkDeclared(way: Way, labelUrl: string): void {
  const origin = URL.parse(labelUrl)?.origin ?? ''
  if (way.origins.includes(origin)) return
  throw new Fault('unreachable', `Cannot fetch a label of ${NAME}: its host is not declared`, {
    remedy: `Add "${origin}" to the origins of ${NAME}'s labels`,
  })
}

function unanswered(why: string): Fault {
  return new Fault('unreachable', `Cannot book the parcel with ${NAME}: ${why}`, {
    remedy: 'It is tried again by itself',
  })
}
