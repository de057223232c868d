/** What the pages of a person's own data are handed. */

import type { Erasing } from '../../privacy/erasure.ts'
import type { Gateway } from '../../privacy/gateway.ts'
import type { Frame } from '../../web/frame.ts'

export type DataDesk = {
  readonly frame: Frame
  readonly gateway: Gateway
  readonly erasing: Erasing
  /** Months after which an order's contact ends. */
  readonly contactMonths: number
}
