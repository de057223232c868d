/**
 * Reads settings one by one, and gathers what is wrong with them, so that it is all said at once.
 */

import { isLoopback } from '../base/egress.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { type SettingName, settings } from './_settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type Reader = {
  /** The setting's text, its default, or empty. */
  readonly text: (name: SettingName) => string
  /** Whether it was set, other than to nothing. */
  readonly isSet: (name: SettingName) => boolean
  readonly wrong: (name: SettingName, problem: string) => void
  /** A setting that would break a clause, with its remedy. */
  readonly breaks: (clause: string, problem: string) => void
  /** @throws {Fault} `invalid`, else {Refusal}, with everything that was noted. */
  readonly conclude: () => void
}

/** With a prefix, a setting of that name goes before the one without. `action` completes "Cannot …". */
export function readerOf(environment: Environment, action = 'start', prefix = ''): Reader {
  const found = (name: SettingName) =>
    given(environment, `${prefix}${name}`) || given(environment, name)
  const problems: string[] = []
  const broken: { readonly clause: string; readonly problem: string }[] = []
  return {
    text: (name) => found(name) || standardOf(name),
    isSet: (name) => found(name) !== '',
    wrong: (name, problem) => problems.push(`${prefix}${name} ${problem}`),
    breaks: (clause, problem) => broken.push({ clause, problem }),
    conclude() {
      if (problems.length > 0) {
        throw new Fault('invalid', `Cannot ${action} with these settings: ${problems.join('; ')}`, {
          remedy: 'See `npm run tacet -- config` for all settings and their defaults',
        })
      }
      const [first] = broken
      if (first === undefined) return
      // The refusal ends with the first one's clause.
      const list = broken.map(({ clause, problem }) =>
        clause === first.clause ? problem : `${clause}: ${problem}`,
      )
      throw new Refusal(first.clause, `Cannot ${action} with these settings. ${list.join('. ')}`)
    },
  }
}

export function given(environment: Environment, name: string): string {
  return (environment[name] ?? '').trim()
}

/** A default in brackets follows from other settings; whoever reads it computes it. */
function standardOf(name: SettingName): string {
  const standard = settings.find((setting) => setting.name === name)?.standard ?? ''
  return standard.startsWith('(') ? '' : standard
}

export function wholeNumber(
  { text, wrong }: Reader,
  name: SettingName,
  least: number,
  most: number,
): number {
  const typed = text(name)
  const value = Number(typed)
  if (/^\d+$/.test(typed) && value >= least && value <= most) return value
  wrong(name, `must be a whole number from ${least} to ${most}`)
  return least
}

export function yes({ text, wrong }: Reader, name: SettingName): boolean {
  const typed = text(name).toLowerCase()
  if (typed !== 'yes' && typed !== 'no') wrong(name, 'must be yes or no')
  return typed === 'yes'
}

/** An address alone, or with a name before it: `Shop <shop@example.com>`. */
export function mailAddress({ text, wrong }: Reader, name: SettingName): string {
  const typed = text(name)
  const isAddress = /^(?:[^<>@\p{C}"]+ <)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?$/u.test(typed)
  if (!isAddress || typed.includes('<') !== typed.endsWith('>')) {
    wrong(name, 'must be an e-mail address, such as shop@example.com')
  }
  return typed
}

/** As `isLoopback`, also for an IPv6 address without its brackets. */
export function isLoopbackAddress(host: string): boolean {
  return host === '::1' || isLoopback(host)
}
