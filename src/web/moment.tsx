/**
 * A moment on a page, in the shop and in the back office: date and time in UTC, in the shop's language. It breaks
 * between the two and nowhere else.
 */

import type { Frame } from './frame.ts'

export function Moment({ frame, at }: { readonly frame: Frame; readonly at: Temporal.Instant }) {
  const text = momentText(frame, at)
  return (
    <time dateTime={at.toString({ smallestUnit: 'second' })}>
      {text.replaceAll(/(?<!\d{4},) /g, '\u00a0')}
    </time>
  )
}

/** `Nov 23, 2026, 10:05` */
export function momentText({ shop }: Frame, at: Temporal.Instant): string {
  return momentIn(shop.language)(at)
}

/** `Nov 23, 2031`, of `2031-11-23`. */
export function dayText({ shop }: Frame, day: string): string {
  const options = { dateStyle: 'medium', calendar: 'gregory' } as const
  return Temporal.PlainDate.from(day).toLocaleString(shop.language, options)
}

const moments = new Map<string, (at: Temporal.Instant) => string>()

/**
 * Made once a language: making one takes longer than all else on the page. What is shown together happened together
 * mostly, so the minute before is remembered.
 */
function momentIn(language: string): (at: Temporal.Instant) => string {
  const known = moments.get(language)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  } as const)
  let last = { minute: Number.NaN, text: '' }
  const made = (at: Temporal.Instant) => {
    const minute = Math.floor(at.epochMilliseconds / 60_000)
    if (minute !== last.minute) last = { minute, text: format.format(at) }
    return last.text
  }
  moments.set(language, made)
  return made
}
