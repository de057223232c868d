/** The shop as passkeys know it: the origin of its pages, and the host that they belong to. */

import { Fault } from '../../../base/failure.ts'
import type { Site } from '../../../credentials/passkey.ts'
import type { Frame } from '../../../web/frame.ts'
import type { Shop } from '../../../web/shop.ts'

/** Undefined for a shop that is reached by a number: a passkey belongs to a name. */
export function siteOf({ publicUrl }: Pick<Shop, 'publicUrl'>): Site | undefined {
  const { origin, hostname: host } = publicUrl
  return /^[\d.]+$|^\[/.test(host) ? undefined : { origin, host }
}

/** @throws {Fault} `not_found` */
export function siteNeeded({ shop, words }: Pick<Frame, 'shop' | 'words'>): Site {
  const site = siteOf(shop)
  if (site === undefined) throw new Fault('not_found', words.factors.passkeys.noHost)
  return site
}
