/**
 * What the carrier's API says: the objects of EasyPost's wire format, version 2, with the fields
 * that a store reads.
 */

import { json, Refused } from '../base/answer.ts'

export type Address = {
  readonly id: string
  readonly object: 'Address'
  readonly name: string | null
  readonly company: string | null
  readonly street1: string | null
  readonly street2: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zip: string | null
  readonly country: string | null
  readonly phone: string | null
  readonly email: string | null
}

export type Parcel = {
  readonly id: string
  readonly object: 'Parcel'
  readonly length: number | null
  readonly width: number | null
  readonly height: number | null
  /** In ounces, as the API has it. */
  readonly weight: number
}

export type CustomsItem = {
  readonly id: string
  readonly object: 'CustomsItem'
  readonly description: string
  readonly quantity: number
  readonly value: string
  readonly weight: number
  readonly hs_tariff_number: string | null
  readonly origin_country: string | null
  readonly currency: string | null
}

export type CustomsInfo = {
  readonly id: string
  readonly object: 'CustomsInfo'
  readonly contents_type: string
  readonly customs_items: readonly CustomsItem[]
}

export type Rate = {
  readonly id: string
  readonly object: 'Rate'
  readonly mode: 'test'
  readonly carrier: string
  readonly service: string
  /** A decimal text, as the API has it: `12.50`. */
  readonly rate: string
  readonly currency: string
  readonly delivery_days: number
  readonly est_delivery_days: number
  readonly shipment_id: string
}

export const TRACKER_STATUSES = [
  'pre_transit',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'available_for_pickup',
  'return_to_sender',
  'failure',
  'cancelled',
] as const
export type TrackerStatus = (typeof TRACKER_STATUSES)[number]

export type Tracker = {
  readonly id: string
  readonly object: 'Tracker'
  readonly mode: 'test'
  readonly tracking_code: string
  readonly status: TrackerStatus
  readonly carrier: string
  readonly shipment_id: string
  readonly public_url: string
  readonly created_at: string
  readonly updated_at: string
}

export type Label = {
  readonly id: string
  readonly object: 'PostageLabel'
  readonly label_size: '4x6'
  readonly label_file_type: 'application/pdf'
  readonly label_url: string
  readonly label_pdf_url: string
  readonly created_at: string
}

export type Shipment = {
  readonly id: string
  readonly object: 'Shipment'
  readonly mode: 'test'
  readonly reference: string | null
  readonly to_address: Address
  readonly from_address: Address
  readonly parcel: Parcel
  readonly customs_info: CustomsInfo | null
  readonly options: Readonly<Record<string, unknown>>
  readonly is_return: boolean
  readonly messages: readonly never[]
  readonly rates: readonly Rate[]
  readonly selected_rate: Rate | null
  readonly postage_label: Label | null
  readonly tracker: Tracker | null
  readonly tracking_code: string | null
  readonly status: string
  readonly refund_status: 'submitted' | 'rejected' | null
  readonly created_at: string
  readonly updated_at: string
}

/** One field that is wrong. */
export type FieldError = { readonly field: string; readonly message: string }

export function carrierRefused(
  status: number,
  code: string,
  message: string,
  errors: readonly FieldError[] = [],
): Refused {
  return new Refused(json({ error: { code, message, errors } }, status))
}
