/** The layout of the pages of a person's own data: an account's, with its menu, where somebody came by one. */

import type { ComponentChildren } from 'preact'
import type { Frame } from '../../web/frame.ts'
import { type Head, page } from '../../web/layout.tsx'
import { accountPage } from '../account/layout.tsx'
import type { Owner } from './owner.ts'

export function ownPage(
  frame: Frame,
  { place, account }: Pick<Owner, 'place' | 'account'>,
  head: Pick<Head, 'title' | 'hasErrors'>,
  content: ComponentChildren,
): string {
  return account === undefined
    ? page(frame, { ...head, unlisted: true }, content)
    : accountPage(frame, { ...head, path: place }, content)
}
