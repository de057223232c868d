/**
 * The label of a parcel: a PDF of 4 by 6 inches with both addresses and the tracking code as a Code
 * 128 barcode.
 */

import PDFDocument from 'pdfkit'
import { barsOf } from './barcode.ts'
import { printable } from './lettering.ts'
import type { Address, Shipment } from './wire.ts'

const WIDTH = 288
const HEIGHT = 432
const MARGIN = 18
const INNER = WIDTH - 2 * MARGIN

export function labelPdf(shipment: Shipment): Promise<Buffer> {
  const document = new PDFDocument({
    size: [WIDTH, HEIGHT],
    margin: MARGIN,
    info: { Title: `Label ${shipment.tracking_code ?? ''}` },
  })
  const chunks: Buffer[] = []
  const whole = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  draw(document, shipment)
  document.end()
  return whole
}

function draw(document: PDFKit.PDFDocument, shipment: Shipment): void {
  const { selected_rate: rate, tracking_code: code } = shipment
  document.font('Helvetica-Bold').fontSize(14)
  document.text(`${rate?.carrier ?? ''} ${rate?.service ?? ''}`, MARGIN, MARGIN, { width: INNER })
  rule(document, 40)
  document.font('Helvetica').fontSize(8).text('From', MARGIN, 48)
  lines(document, shipment.from_address, 8)
  rule(document, 140)
  document.font('Helvetica').fontSize(9).text('To', MARGIN, 148)
  document.font('Helvetica-Bold')
  lines(document, shipment.to_address, 12)
  rule(document, 310)
  bars(document, code ?? '', 322, 60)
  document.font('Courier-Bold').fontSize(12)
  document.text(code ?? '', MARGIN, 390, { width: INNER, align: 'center' })
  document.font('Helvetica').fontSize(7)
  document.text('Demonstration: not valid for transport', MARGIN, 404, {
    width: INNER,
    align: 'center',
  })
}

function lines(document: PDFKit.PDFDocument, address: Address, size: number): void {
  const place = [address.zip, address.city, address.state].filter((part) => part !== null).join(' ')
  document.fontSize(size)
  for (const line of [
    address.name,
    address.company,
    address.street1,
    address.street2,
    place,
    address.country,
    address.phone,
  ]) {
    if (line === null || line === '') continue
    document.text(printable(line), { width: INNER, height: size * 2.4, ellipsis: true })
  }
}

function bars(document: PDFKit.PDFDocument, text: string, top: number, height: number): void {
  const widths = barsOf(text)
  const modules = widths.reduce((sum, width) => sum + width, 0)
  const unit = Math.min(1.6, INNER / modules)
  let left = (WIDTH - modules * unit) / 2
  widths.forEach((width, index) => {
    if (index % 2 === 0) document.rect(left, top, width * unit, height)
    left += width * unit
  })
  document.fill('black')
}

function rule(document: PDFKit.PDFDocument, top: number): void {
  document
    .moveTo(MARGIN, top)
    .lineTo(WIDTH - MARGIN, top)
    .lineWidth(0.8)
    .stroke()
}
