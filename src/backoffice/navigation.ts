/**
 * The back office's navigation for pages that no route of it writes: what is not there, not allowed, or broken.
 *
 * Invariant: without a session it is that of the sign-in, whatever was asked for.
 */

import type { Gateway } from '../privacy/gateway.ts'
import type { ServerOptions } from '../web/server.ts'
import { officeNavigation } from './_layout.tsx'
import { signedIn, withClockHold } from './_visit.ts'

/** Of addresses below `/admin`; undefined elsewhere. */
export function navigationOver(gateway: Gateway): ServerOptions['navigationOf'] {
  return async (frame, request) => {
    if (!/^\/admin(?:[/?]|$)/.test(request.url)) return undefined
    const office = { frame, gateway }
    try {
      const staff = await signedIn(office, request)
      if (staff === undefined) return officeNavigation(office, undefined)
      return officeNavigation(await withClockHold(office, staff), staff)
    } catch {
      // The problem that is to be told may be the database's, or the cookie's that names the session.
      return officeNavigation(office, undefined)
    }
  }
}
