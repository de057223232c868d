/**
 * The checkout, on one page: the whole price first, then at most eight fields, then who learns what.
 */

import { countryNamed } from '../../base/countries.ts'
import { formatMoney, money } from '../../base/money.ts'
import { type Option, type Summary, titleOf } from '../../checkout/summary.ts'
import { policy } from '../../privacy/policy.ts'
import { Checkbox, ErrorSummary, hasErrors, Radios } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { ContactInput } from '../contact-input.tsx'
import type { Counter } from '../counter.ts'
import { Customs } from '../customs.tsx'
import { taxWords } from '../price.tsx'
import { dayWords, methodWords } from './delivery.ts'
import { type CheckoutForm, shownTotals } from './form.ts'

type Props = { readonly frame: Frame; readonly summary: Summary; readonly form: CheckoutForm }

export function checkoutPage(counter: Counter, summary: Summary, form: CheckoutForm): string {
  const { frame, checkout } = counter
  const { place } = frame.words.checkout
  return page(
    frame,
    { title: place.title, unlisted: true, hasErrors: hasErrors(form.errors) },
    <>
      <ErrorSummary words={frame.words} errors={form.errors} />
      <h1>{place.title}</h1>
      {form.notice && (
        <p class="notice" role="alert">
          {form.notice}
        </p>
      )}
      <div class="columns">
        <aside class="card beside">
          <Articles frame={frame} summary={summary} />
        </aside>
        <form action="/checkout" method="post" novalidate>
          <input type="hidden" name="country" value={summary.country} />
          <input type="hidden" name="shown" value={shownTotals(summary)} />
          <Delivery {...{ frame, summary, form }} />
          <Kept {...{ frame, form }} />
          <Contact {...{ frame, summary, form }} />
          {form.keeper?.hasRoom && (
            <Checkbox
              words={frame.words}
              name="keep"
              label={place.keepAddress}
              checked={form.typed.keep === 'yes'}
            />
          )}
          <WhoLearns frame={frame} processor={checkout.payments.processor.name} />
          <div class="actions">
            <button class="button" type="submit">
              {place.pay}
            </button>
          </div>
        </form>
      </div>
    </>,
  )
}

function Delivery({ frame, summary, form }: Props) {
  const { place } = frame.words.checkout
  const [first] = summary.options
  return (
    <>
      <p>
        {place.to(countryNamed(summary.country)?.name ?? summary.country)}{' '}
        <a href={`/cart?country=${summary.country}`}>{place.changeCountry}</a>
      </p>
      <Radios
        words={frame.words}
        name="method"
        label={place.method}
        errors={form.errors}
        value={form.typed.method ?? first?.quote.method}
        options={summary.options.map((option) => ({
          value: option.quote.method,
          label: methodWords(frame.words, option.quote),
          hint: <Price frame={frame} option={option} />,
        }))}
      />
      <Customs frame={frame} country={summary.country} />
    </>
  )
}

function Price({ frame, option: { quote, totals } }: { frame: Frame; option: Option }) {
  const { shop, words } = frame
  const { place } = words.checkout
  const text = (minor: number) => formatMoney(money(minor, shop.currency), shop.language)
  return (
    <>
      {text(quote.priceMinor)}, {dayWords(words, quote)}.{' '}
      <strong>
        {place.totalWith(methodWords(words, quote))}: {text(totals.totalMinor)}
      </strong>{' '}
      ({taxWords(frame, totals.taxMinor, shop.pricesIncludeTax)})
    </>
  )
}

/** The fields out of sight; they are in sight when they hold something or are wrong. */
const MORE = ['line2', 'orderNote'] as const

function Contact({ frame, summary, form }: Props) {
  const input = { frame, form }
  const isOpen = MORE.some((name) => form.typed[name] || form.errors[name])
  const { place } = frame.words.checkout
  const country = countryNamed(summary.country)
  const needsRegion = country?.regionRequired === true
  const example = country?.postalCodeExample
  return (
    <>
      <ContactInput {...input} name="email" hint={place.emailHint} />
      <ContactInput {...input} name="firstName" />
      <ContactInput {...input} name="lastName" />
      <ContactInput {...input} name="line1" />
      <ContactInput
        {...input}
        name="postalCode"
        hint={example === undefined ? undefined : place.postalCodeHint(example)}
      />
      <ContactInput {...input} name="city" />
      {needsRegion ? (
        <ContactInput {...input} name="region" />
      ) : (
        <ContactInput {...input} name="phone" hint={place.phoneHint} />
      )}
      <details open={isOpen}>
        <summary>{needsRegion ? place.morePhone : place.more}</summary>
        <ContactInput {...input} name="line2" />
        {needsRegion && <ContactInput {...input} name="phone" hint={place.phoneHint} />}
        <ContactInput {...input} name="orderNote" />
      </details>
    </>
  )
}

/** The account's other addresses, each a way to this page: a browser without JavaScript fills nothing in by itself. */
function Kept({ frame, form: { keeper, chosen } }: Omit<Props, 'summary'>) {
  if (keeper === undefined) return null
  const { place } = frame.words.checkout
  const others = keeper.addresses.filter(({ id }) => id !== chosen)
  return (
    <>
      <p class="quiet small">{keeper.addresses.length > 0 ? place.filled : place.filledEmail}</p>
      {others.length > 0 && (
        <details>
          <summary>{place.others}</summary>
          <ul>
            {others.map(({ id, firstName, lastName, postalAddress: { line1, city, country } }) => (
              <li key={id}>
                <a href={`/checkout?country=${country}&address=${id}`}>
                  {[`${firstName} ${lastName}`, line1, city].join(', ')}
                </a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function Articles({ frame, summary }: Omit<Props, 'form'>) {
  const { shop, words } = frame
  const { place } = words.checkout
  return (
    <>
      <h2>{place.summary}</h2>
      <dl class="prices">
        {summary.lines.map(({ product, variant, quantity, total }) => (
          <div key={variant.id}>
            <dt>
              {quantity} × {titleOf(product, variant)}
            </dt>
            <dd class="number">{formatMoney(total, shop.language)}</dd>
          </div>
        ))}
        <div>
          <dt>{place.items}</dt>
          <dd class="number">
            <strong>{formatMoney(money(summary.itemsMinor, shop.currency), shop.language)}</strong>
          </dd>
        </div>
      </dl>
    </>
  )
}

/** C5, C8.1, C9: said where the data is given, in the words of what will happen. */
function WhoLearns({ frame, processor }: { readonly frame: Frame; readonly processor: string }) {
  const { place } = frame.words.checkout
  return (
    <section class="notice" aria-labelledby="who-learns">
      <h2 id="who-learns">{place.whoLearns}</h2>
      <ul class="small">
        <li>{place.processorLearns(processor)}</li>
        <li>{place.carrierLearns}</li>
        <li>{place.relayLearns}</li>
      </ul>
      <p class="small">
        <a href="/privacy">{place.policy}</a> ({place.revision(policy.revision)})
      </p>
    </section>
  )
}
