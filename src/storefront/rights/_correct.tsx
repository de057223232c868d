/** Correcting an order's contact (art. 16 GDPR): the form, who still has the old values, and what is not corrected. */

import { countryNamed } from '../../base/countries.ts'
import type { ContactField } from '../../checkout/contact.ts'
import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { OrderSummary } from '../../orders/order.ts'
import { ErrorSummary, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../moment.tsx'
import type { CorrectionForm } from './form.ts'

type Props = {
  readonly frame: Frame
  readonly place: string
  readonly order: OrderSummary
  readonly form: CorrectionForm
  readonly told: readonly OrderDisclosure[]
}

export function CorrectionErrors({ frame, form }: Pick<Props, 'frame' | 'form'>) {
  return <ErrorSummary words={frame.words} errors={form.errors} />
}

export function Correct(props: Props) {
  const { frame, place, order, told } = props
  const { correct: words } = frame.words.rights
  const country = countryNamed(order.country)
  return (
    <section class="card" aria-labelledby="correct">
      <h2 id="correct">{words.title}</h2>
      <p>{words.hint}</p>
      {told.length > 0 && <Told frame={frame} told={told} />}
      <form action={`${place}/orders/${order.number}/correction`} method="post" novalidate>
        <Field {...props} name="firstName" autocomplete="given-name" />
        <Field {...props} name="lastName" autocomplete="family-name" />
        <Field {...props} name="line1" autocomplete="address-line1" />
        <Field {...props} name="line2" autocomplete="address-line2" optional />
        <Field {...props} name="postalCode" autocomplete="postal-code" width="medium" />
        <Field {...props} name="city" autocomplete="address-level2" />
        {country?.regionRequired && (
          <Field {...props} name="region" autocomplete="address-level1" />
        )}
        <p class="hint">{words.country(country?.name ?? order.country)}</p>
        <Field {...props} name="phone" type="tel" autocomplete="tel" optional />
        <Field {...props} name="orderNote" rows={4} maxLength={1000} optional />
        <p>
          <button class="button" type="submit">
            {words.button}
          </button>
        </p>
      </form>
      <p class="quiet small">{words.email}</p>
      <p class="quiet small">
        {words.invoice} <a href="/privacy#C3.2">C3.2</a>
      </p>
    </section>
  )
}

function Told({ frame, told }: Pick<Props, 'frame' | 'told'>) {
  const { rights, checkout } = frame.words
  return (
    <>
      <p>{rights.correct.told}</p>
      <ul>
        {told.map(({ id, recipient, company, fields, grantedAt }) => (
          <li key={id}>
            {company} ({recipient}), <Moment frame={frame} at={grantedAt} />:{' '}
            {fields.map((field) => checkout.order.fields[field] ?? field).join(', ')}
          </li>
        ))}
      </ul>
    </>
  )
}

type FieldProps = Props & {
  readonly name: ContactField
  readonly type?: 'tel'
  readonly autocomplete?: string
  readonly width?: 'medium'
  readonly rows?: number
  readonly maxLength?: number
  readonly optional?: boolean
}

function Field({ frame, form, place: _, order: __, told: ___, name, ...rest }: FieldProps) {
  return (
    <TextField
      words={frame.words}
      name={name}
      label={frame.words.checkout.place[name]}
      errors={form.errors}
      value={form.typed[name]}
      {...rest}
    />
  )
}
