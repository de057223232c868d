/**
 * Words of the orders of an account, and of how one that was placed without it joins.
 */

const done: Readonly<Partial<Record<string, string>>> = {
  joined: 'The order is in your account.',
  out: 'The order is not in your account any more. Its page opens by its own link, as in its mails.',
}

export const ownOrders = {
  done,
  title: 'Your orders',
  none: 'No order is in your account. What you buy while you are signed in will be here.',
  order: 'Order',
  placed: 'Placed',
  state: 'State',
  total: 'Total',
  pages: 'Pages of orders',
  newer: 'Newer orders',
  older: 'Older orders',
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  ask: {
    title: 'Add an order that you placed without signing in',
    lead: 'We send a link to the address that the order was placed with. Whoever can open it there can add the order here.',
    number: 'Order number',
    numberHint: 'It stands in the confirmation mail',
    email: 'E-mail',
    emailHint: 'The one that you ordered with',
    kept: 'What you enter here is compared and forgotten.',
    button: 'Send the link',
    missingNumber: 'Enter the order number',
    wrongNumber: 'Enter the order number in digits, such as 100001',
    tooOften: 'Too many links were asked for. Wait 15 minutes and try again',
  },
  sent: {
    title: 'Look into the order’s inbox',
    text: 'If there is such an order and it can be added, a link is on its way to the address that it was placed with. It opens for 30 minutes, in this account alone.',
    same: 'You see this page whatever we found, so that nobody can learn from us who has ordered here.',
    again:
      'No mail? Look whether number and address were right. There are at most three links an hour for an order.',
    back: 'Back to your orders',
  },
  join: {
    title: (number: number) => `Add order ${number} to your account?`,
    lead: 'You will find it among your orders then. It keeps its own page and its own time: ending your account does not end it.',
    button: 'Add it',
    not: 'Leave it as it is',
  },
  removal: {
    title: (number: number) => `Take order ${number} out of your account?`,
    lead: 'It is not among your orders then, and who has the account does not see it here any more. The order itself stays as it is. To have it here again takes a link to the address that it was placed with.',
    keep: 'Its own link still opens it. Keep it, or the mail that it came in:',
    page: (number: number) => `the page of order ${number}`,
    button: 'Take it out',
    held: 'If it was placed with the e-mail address of this account, you still see it among all that we hold about you.',
  },
  proof: {
    title: 'Your password, please',
    lead: 'What comes next shows, changes or ends what we hold about you. It opens for 30 minutes after you have signed in or entered your password, so that nobody opens it who only finds your browser open.',
    password: 'Password',
    missing: 'Enter your password',
    wrong: 'The password is wrong',
    button: 'Go on',
    otherwise: 'Signing in anew opens it too.',
  },
  /** On the order's own page. */
  page: {
    title: 'In your account',
    joined: 'This order is in your account. See',
    see: 'all your orders',
    takeOut: 'Take it out of the account',
    hint: 'Have this order among those of the account that you are signed in to. We send a link to the e-mail address of this order; following it adds the order.',
    button: 'Send the link',
    signIn: 'Have it in your account',
  },
}
