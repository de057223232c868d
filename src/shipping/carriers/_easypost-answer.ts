/**
 * What EasyPost answers, as far as a booking reads it. Everything else in an answer is left where it is.
 */

import { Fault } from '../../base/failure.ts'

export type Answer = { readonly status: number; readonly body: Buffer }

export type Rate = {
  readonly id: string
  /** A decimal text: `12.50`. */
  readonly rate: string
  readonly currency: string
  readonly deliveryDays: number | undefined
}

export type Shipment = {
  readonly id: string
  readonly rates: readonly Rate[]
  readonly trackingNumber: string | undefined
  readonly labelUrl: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** @throws {Fault} `unreachable` when the answer is not a shipment. */
export function parseShipment({ body }: Answer): Shipment {
  const fields = fieldsIn(body)
  const id = textOf(fields.id)
  if (id === undefined || !/^\w{1,80}$/.test(id)) {
    throw new Fault('unreachable', 'Cannot read the answer of EasyPost: it is no shipment')
  }
  const label = isFields(fields.postage_label) ? fields.postage_label : {}
  return {
    id,
    rates: Array.isArray(fields.rates) ? fields.rates.flatMap(rateIn) : [],
    trackingNumber: textOf(fields.tracking_code),
    labelUrl: textOf(label.label_pdf_url) ?? textOf(label.label_url),
  }
}

/** The code of a refusal, such as `ADDRESS.VERIFY.FAILURE`. */
export function reasonIn({ body }: Answer): string | undefined {
  const { error } = fieldsIn(body)
  return isFields(error) ? textOf(error.code) : undefined
}

export function fieldsIn(body: Buffer): Fields {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return isFields(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function rateIn(value: unknown): readonly Rate[] {
  if (!isFields(value)) return []
  const [id, rate, currency] = [textOf(value.id), textOf(value.rate), textOf(value.currency)]
  if (id === undefined || rate === undefined || currency === undefined) return []
  const days = value.delivery_days
  return [{ id, rate, currency, deliveryDays: typeof days === 'number' ? days : undefined }]
}
