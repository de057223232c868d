/** The forms of the register: a paper to be taken in, and a place. */

import type { Queries } from '../../base/database.ts'
import { isId } from '../../base/ids.ts'
import { findByNumber } from '../../orders/order.ts'
import { type Place, SECURED_BY, type SecuredBy } from '../../paper/places.ts'
import { type Owner, PAPER_KINDS, type PaperKind } from '../../paper/register.ts'
import { Personal } from '../../privacy/personal.ts'
import { givenUnder } from '../../privacy/vault.ts'
import type { Submitted } from '../../web/body.ts'
import type { FieldErrors } from '../../web/form.tsx'
import type { Words } from '../../web/words/en.ts'

export type PaperForm = { readonly typed: Submitted; readonly errors: FieldErrors }

export const EMPTY: PaperForm = { typed: {}, errors: {} }

type PaperRead = {
  readonly kind: PaperKind
  readonly place: Place['id']
  readonly owner: Owner
}

export async function readPaper(
  words: Words,
  on: Queries,
  typed: Submitted,
): Promise<PaperRead | PaperForm> {
  const { papers: text } = words
  const kind = PAPER_KINDS.find((one) => one === typed.kind)
  const place = typed.place ?? ''
  const read =
    (typed.order ?? '').trim() === '' ? ownerNamed(words, typed) : await ownerOf(words, on, typed)
  const errors = {
    ...(kind === undefined ? { kind: text.kindMissing } : {}),
    ...(isId(place) ? {} : { place: text.placeMissing }),
    ...('errors' in read ? read.errors : {}),
  }
  if (kind === undefined || !isId(place) || 'errors' in read) return { typed, errors }
  return { kind, place, owner: read.owner }
}

type OwnerRead = { readonly owner: Owner } | { readonly errors: FieldErrors }

async function ownerOf({ papers: text }: Words, on: Queries, typed: Submitted): Promise<OwnerRead> {
  const number = /^#?\s*(\d{1,15})$/.exec((typed.order ?? '').trim())?.[1]
  const order = number === undefined ? undefined : await findByNumber(on, Number(number))
  const isKnown = order !== undefined && order.state !== 'awaiting payment'
  if (!isKnown || (await givenUnder(on, order.id)) === undefined)
    return { errors: { order: text.orderWrong } }
  return { owner: { order: order.id } }
}

function ownerNamed({ papers: text }: Words, typed: Submitted): OwnerRead {
  const lastName = Personal.read('lastName', typed.lastName)
  if ('problem' in lastName) {
    const isMissing = lastName.problem === 'missing'
    return { errors: { lastName: isMissing ? text.lastNameMissing : text.nameWrong } }
  }
  if ((typed.firstName ?? '').trim() === '') return { owner: { values: [lastName] } }
  const firstName = Personal.read('firstName', typed.firstName)
  if ('problem' in firstName) return { errors: { firstName: text.nameWrong } }
  return { owner: { values: [firstName, lastName] } }
}

const LONGEST_NAME = 60

export function readPlace(
  { papers: text }: Words,
  typed: Submitted,
): { readonly name: string; readonly securedBy: SecuredBy } | PaperForm {
  const name = (typed.name ?? '').trim().normalize('NFC')
  const securedBy = SECURED_BY.find((one) => one === typed.secured)
  const isName = name !== '' && name.length <= LONGEST_NAME && !/\p{C}/u.test(name)
  if (isName && securedBy !== undefined) return { name, securedBy }
  const errors = {
    ...(isName ? {} : { name: text.nameMissing }),
    ...(securedBy === undefined ? { secured: text.securedMissing } : {}),
  }
  return { typed, errors }
}
