/** Correcting an order's contact (art. 16 GDPR): the form, who still has the old values, and what is not corrected. */

import { countryNamed } from '../../base/countries.ts'
import type { OrderDisclosure } from '../../orders/disclosures.ts'
import type { OrderSummary } from '../../orders/order.ts'
import { ErrorSummary } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { type ContactForm, ContactInput } from '../contact-input.tsx'

type Props = {
  readonly frame: Frame
  readonly place: string
  readonly order: OrderSummary
  readonly form: ContactForm
  readonly told: readonly OrderDisclosure[]
}

export function CorrectionErrors({ frame, form }: Pick<Props, 'frame' | 'form'>) {
  return <ErrorSummary words={frame.words} errors={form.errors} />
}

export function Correct(props: Props) {
  const { frame, place, order, form, told } = props
  const input = { frame, form }
  const { correct: words } = frame.words.rights
  const country = countryNamed(order.country)
  return (
    <section class="card" aria-labelledby="correct">
      <h2 id="correct">{words.title}</h2>
      <p>{words.hint}</p>
      {told.length > 0 && <Told frame={frame} told={told} />}
      <form action={`${place}/orders/${order.number}/correction`} method="post" novalidate>
        <ContactInput {...input} name="firstName" />
        <ContactInput {...input} name="lastName" />
        <ContactInput {...input} name="line1" />
        <ContactInput {...input} name="line2" />
        <ContactInput {...input} name="postalCode" />
        <ContactInput {...input} name="city" />
        {country?.regionRequired && <ContactInput {...input} name="region" />}
        <p class="hint">{words.country(country?.name ?? order.country)}</p>
        <ContactInput {...input} name="phone" />
        <ContactInput {...input} name="orderNote" />
        <p>
          <button class="button" type="submit">
            {words.button}
          </button>
        </p>
      </form>
      <p class="quiet small">
        {words.email} <a href="/imprint">{words.emailWrite}</a>
      </p>
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
