/**
 * Headers that every response carries, made once at the start.
 *
 * C6, C7: a page may load nothing from another host and run nothing inline, `Tk: N` says that nobody is tracked
 * (W3C Tracking Preference Expression), and no browser feature that profiles or observes may run.
 *
 * Invariant: they are the same for every visitor, whatever `DNT` or `Sec-GPC` say.
 * Invariant: what is not said to be storable is not stored: `no-store` is the default.
 */

import type { Shop } from './shop.ts'

export type Headers = Readonly<Record<string, string>>

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "script-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const DENIED_FEATURES = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'private-state-token-issuance',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

/** Two years, as browsers' preload lists ask for. */
const HSTS = 'max-age=63072000'

export function securityHeaders({ publicUrl }: Pick<Shop, 'publicUrl'>): Headers {
  return {
    'content-security-policy': POLICY,
    // The strictest that leaves `Origin` on our own forms: `no-referrer` would make it "null".
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': DENIED_FEATURES.map((feature) => `${feature}=()`).join(', '),
    tk: 'N',
    ...(publicUrl.protocol === 'https:' ? { 'strict-transport-security': HSTS } : {}),
    'cache-control': 'no-store',
  }
}

/** For what is named by its content: it never changes under its URL. */
export const IMMUTABLE = 'public, max-age=31536000, immutable'

/** For what may be stored but is asked for again: with an ETag the answer is mostly a short 304. */
export const REVALIDATE = 'public, max-age=0, must-revalidate'

/** For small resources that change seldom. */
export const DAILY = 'public, max-age=86400'
