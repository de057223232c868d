/** What the pages of an account are handed. */

import type { Addresses } from '../../credentials/attempts.ts'
import type { SignIn } from '../../customers/sign-in.ts'
import type { Erasing } from '../../privacy/erasure.ts'
import type { Gateway } from '../../privacy/gateway.ts'
import type { Frame } from '../../web/frame.ts'
import type { Afterwards } from '../afterwards.ts'

export type AccountDesk = {
  readonly frame: Frame
  readonly gateway: Gateway
  readonly erasing: Erasing
  readonly entry: SignIn
  /** Who asks for links, counted in memory. */
  readonly asking: Addresses
  readonly afterwards: Afterwards
}
