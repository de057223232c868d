/** The addresses that an account keeps, and the form of one. */

import type { ComponentChild } from 'preact'
import { countries } from '../../../base/countries.ts'
import { MOST_ADDRESSES } from '../../../customers/addresses.ts'
import type { KeptAddress } from '../../../privacy/table.ts'
import { ErrorSummary, hasErrors, SelectField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Notice } from '../../../web/notice.tsx'
import { Address } from '../../address.tsx'
import { type ContactForm, ContactInput } from '../../contact-input.tsx'
import { accountPage } from '../layout.tsx'

const PATH = '/account/addresses'

type Book = {
  /** The default first. */
  readonly addresses: readonly KeptAddress[]
  /** What was just done, in words. */
  readonly done?: string | undefined
}

export function addressesPage(frame: Frame, { addresses, done }: Book): string {
  const { addresses: words } = frame.words
  return accountPage(
    frame,
    { title: words.title, path: PATH },
    <>
      <h1>{words.title}</h1>
      <Notice done={done} />
      <p>{addresses.length > 0 ? words.lead : words.none}</p>
      <ul class="cards">
        {addresses.map((kept, index) => (
          <Kept key={kept.id} frame={frame} kept={kept} isDefault={index === 0} />
        ))}
      </ul>
      {addresses.length < MOST_ADDRESSES ? (
        <p class="actions">
          <a class="button" href={`${PATH}/new`}>
            {words.add}
          </a>
        </p>
      ) : (
        <p class="notice">{words.full(MOST_ADDRESSES)}</p>
      )}
    </>,
  )
}

type KeptProps = {
  readonly frame: Frame
  readonly kept: KeptAddress
  readonly isDefault: boolean
}

function Kept({ frame, kept, isDefault }: KeptProps) {
  const { addresses: words } = frame.words
  const { id, firstName, lastName, postalAddress, phone } = kept
  const name = `${firstName} ${lastName}`
  const place = `${PATH}/${id}`
  const which = <span class="unseen">: {words.ofAddress(name, postalAddress.line1)}</span>
  return (
    <li class="card">
      {isDefault && (
        <p>
          <span class="badge">{words.default}</span>
        </p>
      )}
      <Address name={name} address={postalAddress} phone={phone} />
      <div class="actions">
        <a href={place}>
          {words.change}
          {which}
        </a>
        {!isDefault && <Deed action={`${place}/default`} label={words.makeDefault} which={which} />}
        <Deed action={`${place}/removal`} label={words.remove} which={which} />
      </div>
    </li>
  )
}

type DeedProps = {
  readonly action: string
  readonly label: string
  readonly which: ComponentChild
}

function Deed({ action, label, which }: DeedProps) {
  return (
    <form action={action} method="post">
      <button class="link" type="submit">
        {label}
        {which}
      </button>
    </form>
  )
}

/** @param id of the address that is changed; undefined for a new one. */
export function addressPage(frame: Frame, form: ContactForm, id?: string): string {
  const { addresses: words } = frame.words
  const title = id === undefined ? words.newTitle : words.changeTitle
  const input = { frame, form }
  return accountPage(
    frame,
    { title, path: PATH, hasErrors: hasErrors(form.errors) },
    <>
      <ErrorSummary words={frame.words} errors={form.errors} />
      <h1>{title}</h1>
      {id !== undefined && <p>{words.changeHint}</p>}
      <form action={id === undefined ? PATH : `${PATH}/${id}`} method="post" novalidate>
        <SelectField
          words={frame.words}
          name="country"
          label={words.country}
          autocomplete="country"
          value={form.typed.country}
          options={countries.map(({ code, name }) => ({ value: code, label: name }))}
        />
        <ContactInput {...input} name="firstName" />
        <ContactInput {...input} name="lastName" />
        <ContactInput {...input} name="line1" />
        <ContactInput {...input} name="line2" />
        <ContactInput {...input} name="postalCode" />
        <ContactInput {...input} name="city" />
        <ContactInput {...input} name="region" hint={words.regionHint} optional />
        <ContactInput {...input} name="phone" hint={frame.words.checkout.place.phoneHint} />
        <div class="actions">
          <button class="button" type="submit">
            {words.save}
          </button>
          <a href={PATH}>{words.back}</a>
        </div>
      </form>
    </>,
  )
}
