/**
 * The choice among a product's versions: radio buttons for a few, a list for many, nothing to choose for one.
 */

import { formatMoney } from '../../base/money.ts'
import type { Product, Variant } from '../../catalogue/product.ts'
import { SelectField } from '../../web/form.tsx'
import { urlOf } from '../picture.tsx'
import { Price } from '../price.tsx'
import type { Shelves } from '../shelves.ts'

/** More than these are a list. */
const RADIO_LIMIT = 8

type ChoiceProps = { readonly shelves: Shelves; readonly product: Product }

export function Choice({ shelves, product: { variants } }: ChoiceProps) {
  const { frame, catalogue } = shelves
  const { product: words } = frame.words.shelves
  const chosen = variants.find(({ id }) => catalogue.isAvailable(id))
  if (variants.length === 1) return <input type="hidden" name="variant" value={chosen?.id ?? ''} />
  if (variants.length > RADIO_LIMIT) {
    return (
      <SelectField
        words={frame.words}
        name="variant"
        label={words.choose}
        value={chosen?.id}
        options={variants.map((variant) => ({
          value: variant.id,
          label: lineOf(shelves, variant),
          disabled: !catalogue.isAvailable(variant.id),
        }))}
      />
    )
  }
  return (
    <fieldset class="field">
      <legend>{words.choose}</legend>
      {variants.map((variant) => (
        <VariantRadio key={variant.id} {...{ shelves, variant, chosen }} />
      ))}
    </fieldset>
  )
}

type RadioProps = {
  readonly shelves: Shelves
  readonly variant: Variant
  readonly chosen: Variant | undefined
}

function VariantRadio({ shelves: { frame, catalogue }, variant, chosen }: RadioProps) {
  const { product: words } = frame.words.shelves
  const isAvailable = catalogue.isAvailable(variant.id)
  const { id, title, price, compareAt, picture } = variant
  return (
    <div class="radio">
      <input
        type="radio"
        name="variant"
        id={id}
        value={id}
        checked={variant === chosen}
        disabled={!isAvailable}
        data-picture={picture === null ? undefined : urlOf(picture.file)}
      />
      <label class="version" for={id}>
        <span>{title}</span>
        <span class="price">
          <Price {...{ frame, price, compareAt }} />
        </span>
        <span class="quiet small">{isAvailable ? words.available : words.soldOut}</span>
      </label>
    </div>
  )
}

function lineOf({ frame, catalogue }: Shelves, { id, title, price }: Variant): string {
  const { product: words } = frame.words.shelves
  const amount = formatMoney(price, frame.shop.language)
  return `${title}, ${amount}${catalogue.isAvailable(id) ? '' : `, ${words.soldOut}`}`
}
