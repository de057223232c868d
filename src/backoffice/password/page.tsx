/**
 * The page on which a member of staff changes their own password.
 */

import type { SignedIn } from '../../staff/session.ts'
import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../web/form.tsx'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'

export function passwordPage(office: BackOffice, staff: SignedIn, errors: FieldErrors): string {
  const { words } = office.frame
  const { password: text } = words.backoffice
  const shared = { words, errors, type: 'password', maxLength: 256 } as const
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/password', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      <h1>{text.title}</h1>
      <form action="/admin/password" method="post" novalidate>
        <TextField {...shared} name="old" label={text.old} autocomplete="current-password" />
        <TextField
          {...shared}
          name="chosen"
          label={text.chosen}
          hint={text.chosenHint}
          autocomplete="new-password"
        />
        <p class="hint">{text.hint}</p>
        <p class="actions">
          <button class="button" type="submit">
            {text.button}
          </button>
        </p>
      </form>
    </>,
  )
}
