/**
 * Words about the numbers that the shop publishes of each month.
 */

const kinds: Readonly<Record<string, string>> = {
  erased: 'deletions that people asked for',
  'contact ended': 'contacts of orders whose time was over',
  'month ended': 'months of the books whose time was over',
  'key destroyed': 'orders that were not paid, and ended with their key',
  rectified: 'corrections',
  'use restricted': 'restrictions of use',
  'hold set': 'legal holds',
}

export const transparency = {
  title: 'What we did with personal data',
  lead: 'How often we gave data to whom, looked at it, and ended it, month by month. The numbers come from the ledger in which every disclosure is written. They are counted once, after the month’s end; a number below five is not told, others are rounded to fives, so that nobody can be made out in them.',
  none: 'No month is over yet since this shop began. The first numbers come on the third day of the month after it.',
  json: 'The numbers as JSON',
  fewer: 'fewer than 5',
  few: (what: string) => `Fewer than 5 times each: ${what}.`,
  disclosures: 'Given to third parties',
  looks: 'Looked at by our staff',
  events: 'Ended, corrected, held back',
  to: 'Who',
  for: 'What for',
  what: 'What',
  delivered: 'Delivered',
  notDelivered: 'Stopped, given up or under way',
  times: 'Times',
  kindOf: (kind: string) => kinds[kind] ?? kind,
}
