/**
 * Words of the back office's requests about personal data, which only the staff read.
 */

import type { RequestChannel, RequestKind } from '../../../privacy/requests.ts'

const kinds: Readonly<Record<RequestKind, string>> = {
  access: 'Access',
  erasure: 'Erasure',
  rectification: 'Correction',
  restriction: 'Restriction',
}

const channels: Readonly<Record<RequestChannel, string>> = {
  online: 'Online',
  letter: 'Letter',
  phone: 'Phone',
  restore: 'A restore lost it: ask them again',
}

const acts: Readonly<Record<RequestKind, { readonly button: string; readonly hint: string }>> = {
  access: {
    button: 'Send the link to their data',
    hint: 'It goes to the e-mail address of the newest of these orders, and to no other.',
  },
  erasure: {
    button: 'Erase',
    hint: 'At once and for good. What is still open, or held, ends by itself later. The receipt that follows is for the person.',
  },
  rectification: {
    button: 'Send the link to their data',
    hint: 'They correct it there themselves, so that nobody here types what somebody said. The link goes to the e-mail address of the newest of these orders.',
  },
  restriction: {
    button: 'Restrict the use',
    hint: 'From then on none of us can look at these orders’ data, until the person lifts that.',
  },
}

export const requests = {
  title: 'Requests about personal data',
  kinds,
  channels,
  acts,
  lead: 'Each has one month from its receipt. What people ask for online is done at once; what comes by letter or phone is entered here, once they have shown that the orders are theirs.',
  kind: 'Request',
  channel: 'Came by',
  received: 'Received',
  due: 'Answer by',
  state: 'State',
  found: 'Orders',
  open: 'open',
  daysLeft: (days: number) => (days === 1 ? '1 day left' : `${days} days left`),
  overdue: (days: number) => (days === -1 ? '1 day late' : `${-days} days late`),
  none: 'There are no requests.',
  list: 'Requests',
  enter: 'Enter a request',
  find: 'Find their orders',
  who: 'E-mail address or last name',
  whoHint:
    'Those of an address go into the form below; of those of a name, enter the ones that are theirs.',
  findButton: 'Find',
  findNotAllowed: 'Who has the role “service” finds orders here by e-mail address or last name.',
  choose: 'Choose',
  kindMissing: 'Choose what they ask for',
  channelMissing: 'Choose how it came',
  proof: 'How they showed that the orders are theirs',
  proofMissing: 'Choose how they showed that the orders are theirs',
  receivedOn: 'Received on',
  receivedWrong: 'Enter the day on which it came, which is today or before',
  orders: 'Order numbers',
  ordersHint: (most: number) => `Separated by spaces, ${most} at most.`,
  all: (count: number) => `All ${count} orders of this address`,
  allHint: 'Untick it to enter the numbers of some of them below.',
  listed: (first: number, last: number, all: number) =>
    `Listed are ${first} to ${last} of ${all} orders, the newest first.`,
  mostFound: (most: number) =>
    `No more than ${most} are found at a time. Enter this request, carry it out, then look again.`,
  ordersWrong: 'Enter numbers of orders that were paid and have not been erased',
  button: 'Enter it',
  one: (kind: string) => `Request: ${kind.toLowerCase()}`,
  more: (count: number) => `and ${count} more`,
  act: 'What to do',
  email: 'Correct the e-mail address',
  emailHint:
    'At once, for all of these orders. The address before is told, and the new one gets a link to the data; links that were sent before open the orders no more.',
  emailNew: 'New e-mail address',
  emailButton: 'Correct the address',
  emailWrong: 'Enter an e-mail address, such as name@example.com',
  emailSame: 'Enter another address: the orders have this one already',
  close: 'Close it and do nothing',
  nothing: 'There is nothing to do',
  unproven: 'It is not theirs',
  done: 'Done',
  noOrders: 'It leads to no order any more.',
}
