/** A form of an order's page that does something, and leads back to it. */

import type { ComponentChildren } from 'preact'
import type { Sheet } from './_sheet.ts'

type ActProps = {
  readonly sheet: Sheet
  /** The last part of the action's address. */
  readonly noun: string
  readonly hint?: string
  readonly children: ComponentChildren
}

export function Act({ sheet, noun, hint, children }: ActProps) {
  return (
    <form
      class="field"
      action={`/admin/orders/${sheet.order.number}/${noun}`}
      method="post"
      novalidate
    >
      {hint && <p class="hint">{hint}</p>}
      {children}
    </form>
  )
}
