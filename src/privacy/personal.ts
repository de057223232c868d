/**
 * `Personal<'email'>`: a value about a person that cannot leak by accident.
 *
 * It enters here, from a form, the API or an import, and is opened by the vault and the gateway alone. It does not
 * serialize; in a log, an error, a template literal or a debugger it is `[email]`.
 *
 * Invariant: nothing that prints, joins, compares or serializes a `Personal` learns its value.
 * Invariant: `reveal` is called in `privacy/` only, `forThePerson` only where a person is shown what they typed.
 */

import { inspect } from 'node:util'
import { type Problem, readField } from './_fields.ts'
import type { PersonalField, PersonalValues } from './table.ts'

export type { Problem } from './_fields.ts'

export class Personal<F extends PersonalField = PersonalField> {
  readonly field: F
  readonly #value: PersonalValues[F]

  private constructor(field: F, value: PersonalValues[F]) {
    this.field = field
    this.#value = value
  }

  /** Reads what a person typed: trimmed, in Unicode's composed form (NFC), within the field's limits. */
  static read<F extends PersonalField>(field: F, typed: unknown): Personal<F> | Problem {
    const value = readField(field, typed)
    return 'problem' in value ? value : new Personal(field, value.value)
  }

  /** A value that the store itself made about a person, such as a tracking number. */
  static of<F extends PersonalField>(field: F, value: PersonalValues[F]): Personal<F> {
    return new Personal(field, value)
  }

  /** The value, for the vault and the gateway. */
  reveal(): PersonalValues[F] {
    return this.#value
  }

  /** The value, for the page that shows a person what they typed themselves. */
  forThePerson(): PersonalValues[F] {
    return this.#value
  }

  toString(): string {
    return `[${this.field}]`
  }

  toJSON(): string {
    return `[${this.field}]`
  }

  [Symbol.toPrimitive](): string {
    return `[${this.field}]`
  }

  [inspect.custom](): string {
    return `[${this.field}]`
  }
}

export function isPersonal(value: Personal | Problem): value is Personal {
  return value instanceof Personal
}
