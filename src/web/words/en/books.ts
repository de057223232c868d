/** Words of the back office's page on the books, which only the staff read. */

export const books = {
  title: 'Books',
  lead: 'What was sold and what went back, with its tax, for the shop’s accounts. Nobody is named here.',
  month: 'Month',
  show: 'Show',
  monthOf: (month: string) => `Sales and refunds of ${month}`,
  none: 'Nothing was sold or refunded in this month.',
  country: 'Delivered to',
  rate: 'Tax rate',
  sold: 'Sold',
  refunded: 'Refunded',
  left: 'Net left',
  tax: 'Tax left',
  netAndTax: (net: string, tax: string) => `${net} net, ${tax} tax`,
  file: 'Each sale and refund of the month (CSV)',
  fileHint:
    'A sale is of the day on which it was paid, a refund of the day on which it was made; one that came back stands again on the day on which it did. Days are in UTC.',
}
