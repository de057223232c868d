/**
 * What a delivery across a customs border may cost beyond the shop's total.
 */

import { crossesCustomsBorder } from '../base/countries.ts'
import type { Frame } from '../web/frame.ts'

type CustomsProps = { readonly frame: Frame; readonly country: string }

export function Customs({ frame: { shop, words }, country }: CustomsProps) {
  if (!crossesCustomsBorder(shop.country, country)) return null
  return <p class="quiet small">{words.checkout.place.customs}</p>
}
