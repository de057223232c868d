/**
 * Reading `{"shipment": …}`: what the carrier must be told, and what is left of it.
 *
 * Invariant: every field that is wrong is named in one answer, 422, as the real API does.
 */

import { newId } from '../base/ids.ts'
import { isRecord } from '../base/server.ts'
import {
  type Address,
  type CustomsInfo,
  type CustomsItem,
  carrierRefused,
  type FieldError,
  type Parcel,
  type Shipment,
} from './wire.ts'

type Asked = Pick<
  Shipment,
  'reference' | 'to_address' | 'from_address' | 'parcel' | 'customs_info' | 'options' | 'is_return'
>
type Fields = Readonly<Record<string, unknown>>
type Wrong = FieldError[]

/** @throws {Refused} 422 */
export function readShipment(body: unknown): Asked {
  const fields = recordAt(isRecord(body) ? body : {}, 'shipment')
  const wrong: Wrong = []
  const asked: Asked = {
    reference: textAt(fields, 'reference'),
    to_address: readAddress(recordAt(fields, 'to_address'), 'to_address', wrong),
    from_address: readAddress(recordAt(fields, 'from_address'), 'from_address', wrong),
    parcel: readParcel(recordAt(fields, 'parcel'), wrong),
    customs_info: isRecord(fields.customs_info) ? readCustoms(fields.customs_info, wrong) : null,
    options: recordAt(fields, 'options'),
    is_return: fields.is_return === true,
  }
  if (wrong.length === 0) return asked
  const code = wrong[0]?.field.includes('address')
    ? 'ADDRESS.PARAMETERS.INVALID'
    : 'SHIPMENT.INVALID_PARAMS'
  throw carrierRefused(422, code, 'Wrong parameter, or a parameter is missing', wrong)
}

function readAddress(fields: Fields, at: string, wrong: Wrong): Address {
  const address: Address = {
    id: newId('adr_', 32),
    object: 'Address',
    name: textAt(fields, 'name'),
    company: textAt(fields, 'company'),
    street1: textAt(fields, 'street1'),
    street2: textAt(fields, 'street2'),
    city: textAt(fields, 'city'),
    state: textAt(fields, 'state'),
    zip: textAt(fields, 'zip'),
    country: textAt(fields, 'country'),
    phone: textAt(fields, 'phone'),
    email: textAt(fields, 'email'),
  }
  for (const field of ['street1', 'city', 'country'] as const) {
    if (address[field] === null) wrong.push({ field: `${at}.${field}`, message: "can't be blank" })
  }
  if (address.name === null && address.company === null) {
    wrong.push({ field: `${at}.name`, message: 'a name or a company is required' })
  }
  if (address.country !== null && !/^[A-Z]{2}$/.test(address.country)) {
    wrong.push({ field: `${at}.country`, message: 'must be a code of two capital letters' })
  }
  return address
}

function readParcel(fields: Fields, wrong: Wrong): Parcel {
  const weight = numberAt(fields, 'weight')
  if (weight === null) wrong.push({ field: 'parcel.weight', message: 'must be above 0, in ounces' })
  return {
    id: newId('prcl_', 32),
    object: 'Parcel',
    length: numberAt(fields, 'length'),
    width: numberAt(fields, 'width'),
    height: numberAt(fields, 'height'),
    weight: weight ?? 0,
  }
}

function readCustoms(fields: Fields, wrong: Wrong): CustomsInfo {
  const items = Array.isArray(fields.customs_items) ? fields.customs_items : []
  if (items.length === 0) {
    wrong.push({ field: 'customs_info.customs_items', message: 'must hold an item' })
  }
  return {
    id: newId('cstinfo_', 32),
    object: 'CustomsInfo',
    contents_type: textAt(fields, 'contents_type') ?? 'merchandise',
    customs_items: items.map((item: unknown, index) =>
      readItem(isRecord(item) ? item : {}, `customs_info.customs_items[${index}]`, wrong),
    ),
  }
}

function readItem(fields: Fields, at: string, wrong: Wrong): CustomsItem {
  const description = textAt(fields, 'description')
  const quantity = numberAt(fields, 'quantity')
  const weight = numberAt(fields, 'weight')
  const value = numberAt(fields, 'value')
  if (description === null) wrong.push({ field: `${at}.description`, message: "can't be blank" })
  if (quantity === null) wrong.push({ field: `${at}.quantity`, message: 'must be above 0' })
  if (weight === null) wrong.push({ field: `${at}.weight`, message: 'must be above 0, in ounces' })
  if (value === null) wrong.push({ field: `${at}.value`, message: 'must be above 0' })
  return {
    id: newId('cstitem_', 32),
    object: 'CustomsItem',
    description: description ?? '',
    quantity: quantity ?? 0,
    value: String(fields.value ?? ''),
    weight: weight ?? 0,
    hs_tariff_number: textAt(fields, 'hs_tariff_number'),
    origin_country: textAt(fields, 'origin_country'),
    currency: textAt(fields, 'currency'),
  }
}

function recordAt(fields: Fields, name: string): Fields {
  const value = fields[name]
  return isRecord(value) ? value : {}
}

function textAt(fields: Fields, name: string): string | null {
  const value = fields[name]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A number above zero, also when it is written as a text. */
function numberAt(fields: Fields, name: string): number | null {
  const value = Number(fields[name] ?? Number.NaN)
  return Number.isFinite(value) && value > 0 ? value : null
}
