/** What the pages of an account are handed. */

import type { Addresses } from '../../credentials/attempts.ts'
import type { SignIn } from '../../customers/sign-in.ts'
import type { Afterwards } from '../afterwards.ts'
import type { DataDesk } from '../own-data/desk.ts'

export type AccountDesk = DataDesk & {
  readonly entry: SignIn
  /** Who asks for links, counted in memory. */
  readonly asking: Addresses
  readonly afterwards: Afterwards
}
