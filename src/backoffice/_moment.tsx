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
      {FORM.format(at.epochMilliseconds).replaceAll(/(?<!,) /g, '\u00a0')}
    </time>
  )
}
