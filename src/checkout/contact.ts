/**
 * Who an order goes to: what a customer types at the checkout, read straight into `Personal` values.
 *
 * C3.1: what is asked for is what the parcel and its messages need. The phone number is the customer's choice.
 */

import { countryNamed, readPostalCode } from '../base/countries.ts'
import { isPersonal, Personal, type Problem } from '../privacy/personal.ts'

/** The form's fields, by their names on the page. */
export type ContactField =
  | 'email'
  | 'firstName'
  | 'lastName'
  | 'line1'
  | 'line2'
  | 'postalCode'
  | 'city'
  | 'region'
  | 'phone'
  | 'orderNote'

export type Typed = Readonly<Partial<Record<string, string>>>

export type ContactProblems = Readonly<Partial<Record<ContactField, Problem['problem']>>>

export type Contact = readonly Personal[]

type Read = { readonly contact: Contact } | { readonly problems: ContactProblems }

/** Reads a contact, or tells what is wrong with each field, in the form's order. */
export function readContact(typed: Typed, country: string): Read {
  const { parts, problems } = addressParts(typed, country)
  const email = Personal.read('email', typed.email)
  return whole([email, ...parts, Personal.read('orderNote', typed.orderNote)], problems)
}

/** The same of an address that is kept for the next order: without the e-mail address and the note. */
export function readAddress(typed: Typed, country: string): Read {
  const { parts, problems } = addressParts(typed, country)
  return whole(parts, problems)
}

function addressParts(typed: Typed, country: string) {
  const postalCode = readPostalCode(country, typed.postalCode ?? '')
  const code = 'value' in postalCode ? postalCode.value : (typed.postalCode ?? '')
  const { line1, line2, city, region } = typed
  const parts = [
    Personal.read('firstName', typed.firstName),
    Personal.read('lastName', typed.lastName),
    Personal.read('postalAddress', { line1, line2, postalCode: code, city, region, country }),
    optional('phone', typed.phone),
  ]
  return { parts, problems: addressProblems(typed, country, postalCode) }
}

function whole(read: readonly (Personal | Problem)[], also: readonly Problem[]): Read {
  const problems = [...read.flatMap((value) => (isPersonal(value) ? [] : [value])), ...also]
  if (problems.length === 0) return { contact: read.filter(isPersonal) }
  return { problems: Object.fromEntries(problems.map(({ part, problem }) => [part, problem])) }
}

/** All that is wrong with an address at once, where `Personal` tells the first. */
function addressProblems(
  { line1, city, region }: Typed,
  country: string,
  postalCode: ReturnType<typeof readPostalCode>,
): readonly Problem[] {
  const missing = (part: string, text: string | undefined) =>
    (text ?? '').trim() === '' ? [{ part, problem: 'missing' as const }] : []
  return [
    ...missing('line1', line1),
    ...('problem' in postalCode ? [{ part: 'postalCode', problem: postalCode.problem }] : []),
    ...missing('city', city),
    ...(countryNamed(country)?.regionRequired ? missing('region', region) : []),
  ]
}

function optional(field: 'phone', typed: string | undefined): Personal | Problem {
  return (typed ?? '').trim() === '' ? Personal.of(field, '') : Personal.read(field, typed)
}
