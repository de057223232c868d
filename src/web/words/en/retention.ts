/**
 * Words of the back office's page on retention, which only the staff read.
 */

import type { RunBy } from '../../../privacy/retention-run.ts'

const by: Readonly<Record<RunBy, string>> = {
  'the clock': 'The clock',
  'a person': 'A person, by the command line',
  'a restore': 'A restore',
}

function monthsOf(count: number): string {
  return count === 1 ? '1 month' : `${count} months`
}

export const retention = {
  title: 'Retention',
  lead: (months: number) =>
    `The store ends by itself what its time is over for: contact and delivery of an order ${monthsOf(months)} after it was placed, a month of the books five years after its first day. Nobody is named here; these are counts.`,
  held: 'Nothing ends by the clock',
  heldLink: 'See why, and say whether the clock is right',
  since: 'Since',
  heldWhat:
    'Look at the clock of the store’s machine and that of its database. If the store’s time below is right, say so; if it is not, set the clock right first. What is ended by a wrong clock does not come back.',
  now: 'The store’s time is',
  trust: 'This time is right: go on',
  trustOwner:
    'An owner can say here that the clock is right; so does `npm run tacet -- retention resume`.',
  trusted: 'The clock is trusted again. What is over ends within the hour.',
  due: 'Over now',
  dueContacts: 'Orders whose contact is over',
  dueRestricted: 'of these restricted by their person: they wait',
  dueHeld: 'of these under a legal hold: they wait',
  dueMonths: 'Months of the books that are over',
  none: 'none',
  restrictions: 'Restrictions in force, of all orders',
  holds: 'Legal holds in force, of all orders',
  dueHint:
    'What is open on top of that, such as an order that was not delivered, waits until it closes, and ends after five years in any case.',
  forecast: 'What ends in the months to come',
  forecastHint:
    'As things stand. What is open, held or restricted is counted with the month in which its time is over.',
  forecastNone: (months: number, contactMonths: number) =>
    `Nothing ends in the next ${monthsOf(months)}. Contact and delivery of what is ordered today end in ${monthsOf(contactMonths)}.`,
  chart: (contacts: number, records: number) =>
    `Bars: ${contacts} contacts and ${records} records of the books end in these months. The table below has the numbers.`,
  month: 'Month',
  contacts: 'Contacts',
  records: 'Records of the books',
  runs: 'Past runs',
  runsHint:
    'Those that ended something, and those that somebody asked for. The ledger has a proof of each end.',
  noRuns: 'Nothing has ended by its time yet.',
  began: 'Began',
  by: 'By',
  bys: by,
  books: 'Books of',
  state: 'State',
  finished: 'finished',
  unfinished: 'under way, or cut off',
}
