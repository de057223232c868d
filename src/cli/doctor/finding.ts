/** What the doctor found: how bad it is, what it is, what to do about it. */

import type { Config } from '../../config/config.ts'

export type Finding = {
  readonly level: 'ok' | 'notice' | 'warning' | 'danger'
  readonly what: string
  /** Empty where there is nothing to do. */
  readonly remedy: string
}

export function ok(what: string): Finding {
  return { level: 'ok', what, remedy: '' }
}

export function finding(level: Finding['level'], what: string, remedy: string): Finding {
  return { level, what, remedy }
}

/** A demonstration may be careless where a real shop may not. */
export function unlessDemonstration({ outside }: Config, level: 'warning' | 'danger') {
  return outside.kind === 'demonstration' ? 'notice' : level
}
