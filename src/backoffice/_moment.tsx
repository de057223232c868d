/**
 * An instant as the back office shows it: date and time in UTC. It breaks between the two and nowhere else.
 */

const FORM = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

export function Moment({ at }: { readonly at: Temporal.Instant }) {
  return (
    <time dateTime={at.toString({ smallestUnit: 'second' })}>
      {momentText(at).replaceAll(/(?<!,) /g, '\u00a0')}
    </time>
  )
}

/** `26 Nov 2026, 13:39` */
export function momentText(at: Temporal.Instant): string {
  return FORM.format(at.epochMilliseconds)
}
