/**
 * Form fields after GOV.UK's pattern: a label, a hint, the error beside its field, and a summary above that takes the
 * focus and links to the fields. Forms are checked on the server, and come back with what was typed.
 *
 * A field's `id` is its `name`, so that the summary's links find it.
 *
 * Invariant: a person's value is opened here only to be shown to that person, in the field they typed it into.
 */

import { type ComponentChildren, h } from 'preact'
import type { Words } from './words/en.ts'

/** A text, or a person's value that can be shown to that person alone. */
export type Shown = string | { forThePerson(): string }

/** What is wrong, by the field's name. The order is that of the form. */
export type FieldErrors = Readonly<Partial<Record<string, string>>>

type FieldProps = {
  readonly words: Words
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  /** All errors of the form; the field takes its own. */
  readonly errors?: FieldErrors | undefined
  readonly value?: Shown | undefined
  /** A field need not be filled unless it is optional, and then its label says so. */
  readonly optional?: boolean | undefined
}

type TextFieldProps = FieldProps & {
  readonly type?: 'text' | 'email' | 'tel' | 'password' | 'search' | 'number' | 'date'
  /** A token of HTML's autofill, `given-name`; each personal field has one. */
  readonly autocomplete?: string | undefined
  readonly inputmode?: 'text' | 'numeric' | 'decimal' | 'email' | 'tel'
  readonly maxLength?: number
  readonly width?: 'short' | 'medium'
  /** More than one makes it a text area. */
  readonly rows?: number
}

export function TextField(props: TextFieldProps) {
  const { name, value, type = 'text', rows = 1, width } = props
  const shared = {
    id: name,
    name,
    class: width === undefined ? undefined : `input-${width}`,
    autocomplete: props.autocomplete,
    inputmode: props.inputmode,
    maxLength: props.maxLength,
    spellcheck: props.autocomplete === undefined ? undefined : false,
    ...described(props),
  }
  return (
    <Field {...props}>
      {rows > 1 ? (
        <textarea {...shared} rows={rows}>
          {textOf(value)}
        </textarea>
      ) : (
        // Called plainly, since JSX's types want each type of input written out.
        h('input', { ...shared, type, value: type === 'password' ? '' : textOf(value) })
      )}
    </Field>
  )
}

export type Option = {
  readonly value: string
  readonly label: ComponentChildren
  readonly hint?: ComponentChildren
  readonly disabled?: boolean
}

type SelectFieldProps = FieldProps & {
  readonly options: readonly (Option & { readonly label: string })[]
  readonly autocomplete?: string | undefined
}

export function SelectField(props: SelectFieldProps) {
  const { name, options, value, autocomplete } = props
  const chosen = textOf(value)
  return (
    <Field {...props}>
      <select id={name} name={name} autocomplete={autocomplete} {...described(props)}>
        {options.map(({ value, label, disabled }) => (
          <option key={value} value={value} selected={value === chosen} disabled={disabled}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  )
}

/** Radio buttons. The first has the field's name as its id, so that the summary's link finds it. */
export function Radios(props: FieldProps & { readonly options: readonly Option[] }) {
  const { name, label, hint, options, value, errors, words } = props
  const chosen = textOf(value)
  const error = errors?.[name]
  return (
    <fieldset class={error ? 'field field-wrong' : 'field'} {...described(props)}>
      <legend>{label}</legend>
      {hint && <Hint name={name}>{hint}</Hint>}
      {error && <FieldError {...{ name, error, words }} />}
      {options.map((option, index) => (
        <div class="radio" key={option.value}>
          <input
            type="radio"
            id={index === 0 ? name : `${name}-${index}`}
            name={name}
            value={option.value}
            checked={option.value === chosen}
            disabled={option.disabled}
          />
          <label for={index === 0 ? name : `${name}-${index}`}>
            {option.label}
            {option.hint && <span class="hint">{option.hint}</span>}
          </label>
        </div>
      ))}
    </fieldset>
  )
}

type CheckboxProps = FieldProps & { readonly checked?: boolean }

export function Checkbox(props: CheckboxProps) {
  const { name, label, hint, errors, words, checked } = props
  const error = errors?.[name]
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      {error && <FieldError {...{ name, error, words }} />}
      <div class="radio">
        <input
          type="checkbox"
          id={name}
          name={name}
          value="yes"
          checked={checked}
          {...described(props)}
        />
        <label for={name}>{label}</label>
      </div>
      {hint && <Hint name={name}>{hint}</Hint>}
    </div>
  )
}

type SummaryProps = { readonly words: Words; readonly errors?: FieldErrors | undefined }

/** The first thing on a page whose form has errors; nothing on one whose form has none. */
export function ErrorSummary({ words, errors = {} }: SummaryProps) {
  if (!hasErrors(errors)) return null
  return (
    <div
      class="error-summary"
      role="alert"
      aria-labelledby="error-summary-title"
      tabIndex={-1}
      autofocus
    >
      <h2 id="error-summary-title">{words.form.errorSummary}</h2>
      <ul>
        {Object.entries(errors).map(([name, error]) => (
          <li key={name}>
            <a href={`#${name}`}>{error}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function hasErrors(errors: FieldErrors): boolean {
  return Object.keys(errors).length > 0
}

function Field(props: FieldProps & { readonly children: ComponentChildren }) {
  const { name, label, hint, errors, optional, words, children } = props
  const error = errors?.[name]
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for={name}>
        {label}
        {optional && <span class="hint-inline"> {words.form.optional}</span>}
      </label>
      {hint && <Hint name={name}>{hint}</Hint>}
      {error && <FieldError {...{ name, error, words }} />}
      {children}
    </div>
  )
}

function Hint({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <p class="hint" id={`${name}-hint`}>
      {children}
    </p>
  )
}

type FieldErrorProps = { readonly name: string; readonly error: string; readonly words: Words }

function FieldError({ name, error, words }: FieldErrorProps) {
  return (
    <p class="field-error" id={`${name}-error`}>
      <span class="unseen">{words.form.errorPrefix}</span> {error}
    </p>
  )
}

function described({ name, hint, errors }: FieldProps) {
  const isWrong = errors?.[name] !== undefined
  const ids = [...(hint ? [`${name}-hint`] : []), ...(isWrong ? [`${name}-error`] : [])]
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': isWrong ? ('true' as const) : undefined,
  }
}

function textOf(value: Shown | undefined): string {
  return typeof value === 'object' ? value.forThePerson() : (value ?? '')
}
