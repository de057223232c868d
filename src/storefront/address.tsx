/** A postal address as it stands on a letter. */

import { countryNamed } from '../base/countries.ts'
import type { PostalAddress } from '../privacy/table.ts'

/** Its lines, without those that it does not have. */
export function addressLines(address: PostalAddress): readonly string[] {
  const { line1, line2, postalCode, city, region, country } = address
  const place = countryNamed(country)?.name ?? country
  const lines = [line1, line2, `${postalCode} ${city}`.trim(), region, place]
  return lines.filter((line) => line !== '')
}

type Props = {
  readonly name: string
  readonly address: PostalAddress
  readonly phone?: string
}

export function Address({ name, address, phone = '' }: Props) {
  const lines = [...addressLines(address), ...(phone === '' ? [] : [phone])]
  return (
    <address>
      {name}
      {lines.map((line) => (
        <>
          <br />
          {line}
        </>
      ))}
    </address>
  )
}
