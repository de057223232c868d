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

/** Reads a contact, or tells what is wrong with each field, in the form's order. */
export function readContact(
  typed: Typed,
  country: string,
): { readonly contact: Contact } | { readonly problems: ContactProblems } {
  const postalCode = readPostalCode(country, typed.postalCode ?? '')
  const code = 'value' in postalCode ? postalCode.value : (typed.postalCode ?? '')
  const { line1, line2, city, region } = typed
  const parts = { line1, line2, postalCode: code, city, region, country }
  const read = [
    Personal.read('email', typed.email),
    Personal.read('firstName', typed.firstName),
    Personal.read('lastName', typed.lastName),
    Personal.read('postalAddress', parts),
    optional('phone', typed.phone),
    Personal.read('orderNote', typed.orderNote),
  ]
  const problems = [
    ...read.flatMap((value) => (isPersonal(value) ? [] : [value])),
    ...addressProblems(typed, country, postalCode),
  ]
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
