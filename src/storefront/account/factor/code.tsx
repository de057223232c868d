/** The field for a code of the second factor. A recovery code has letters, so it takes more than digits. */

import { type FieldErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'

type Props = { readonly frame: Frame; readonly hint: string; readonly errors: FieldErrors }

export function CodeField({ frame, hint, errors }: Props) {
  return (
    <TextField
      words={frame.words}
      name="code"
      label={frame.words.factors.code}
      hint={hint}
      errors={errors}
      autocomplete="one-time-code"
      maxLength={20}
      width="medium"
    />
  )
}
