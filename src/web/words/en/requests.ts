/**
 * Words of the back office's requests about personal data, which only the staff read.
 */

import type { RetentionRule } from '../../../privacy/policy.ts'
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
    hint: 'It goes to the e-mail address of the newest of these orders, or of the account where there is no order, and to no other.',
  },
  erasure: {
    button: 'Erase',
    hint: 'At once and for good. What is still open, or held, ends by itself later. The receipt that follows is for the person.',
  },
  rectification: {
    button: 'Send the link to their data',
    hint: 'They correct it there themselves, so that nobody here types what somebody said. The link goes to the e-mail address of the newest of these orders, or of the account where there is no order.',
  },
  restriction: {
    button: 'Restrict the use',
    hint: 'From then on none of us can look at these orders’ data, until the person lifts that. Only orders are restricted: an account is used by its person alone.',
  },
}

/** Why something stays after an erasure. */
const grounds: Readonly<Partial<Record<RetentionRule, string>>> = {
  'accounting-record': 'because what was paid must be accounted for',
  'paper-register': 'because a paper may be kept until it is destroyed',
}

export const requests = {
  title: 'Requests about personal data',
  kinds,
  channels,
  acts,
  lead: 'Each has one month from its receipt. What people ask for online is done at once; what comes by letter or phone is entered here, once they have shown that the data is theirs.',
  kind: 'Request',
  channel: 'Came by',
  received: 'Received',
  due: 'Answer by',
  state: 'State',
  found: 'Found',
  open: 'open',
  daysLeft: (days: number) => (days === 1 ? '1 day left' : `${days} days left`),
  overdue: (days: number) => (days === -1 ? '1 day late' : `${-days} days late`),
  none: 'There are no requests.',
  list: 'Requests',
  enter: 'Enter a request',
  find: 'Find their orders',
  who: 'E-mail address or last name',
  whoHint:
    'Of an address, all of it is meant unless you say otherwise below; of the orders of a name, enter the ones that are theirs.',
  findButton: 'Find',
  findNotAllowed: 'Who has the role “service” finds orders here by e-mail address or last name.',
  choose: 'Choose',
  kindMissing: 'Choose what they ask for',
  channelMissing: 'Choose how it came',
  proof: 'How they showed that the data is theirs',
  proofHint:
    'An answer to your mail or an identity document reaches everything. Naming an order reaches that order only, where it is in no account, and corrects no e-mail address: whoever opened the parcel knows what was in it.',
  proofMissing: 'Choose how they showed that the data is theirs',
  receivedOn: 'Received on',
  receivedWrong: 'Enter the day on which it came, which is today or before',
  orders: 'Order numbers',
  ordersHint: (most: number) => `Separated by spaces, ${most} at most.`,
  all: (count: number) =>
    count === 0
      ? 'All of this address: its account, if there is one'
      : `All of this address: ${count === 1 ? '1 order' : `${count} orders`}, and its account, if there is one`,
  allHint:
    'Whether there is an account is said once the request is entered. A restriction is of orders alone. Untick it to enter the numbers of some orders below.',
  allOrSome: 'Leave the numbers empty, or untick that all of the address is meant',
  allUnproven:
    'Who has named orders reaches those only: untick that all of the address is meant, and enter their numbers',
  noneToRestrict: 'No order was found by this address, and only orders are restricted',
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
    'At once, for all of these orders; that of an account is changed by its person, signed in. The address before is told, and the new one gets a link to the data; links that were sent before open the orders no more.',
  emailUnproven:
    'Not by having named an order: whoever opened the parcel can do that, and with the address goes all that is held about these orders. Ask them to answer a mail that you send to the address that the orders have. Where that is wrong or lost, ask for an identity document with the name of the orders, and keep no copy. Then close this request, and enter it anew with that proof.',
  emailNew: 'New e-mail address',
  emailButton: 'Correct the address',
  emailWrong: 'Enter an e-mail address, such as name@example.com',
  emailSame: 'Enter another address: the orders have this one already',
  close: 'Close it and do nothing',
  nothing: 'There is nothing to do',
  unproven: 'It is not theirs',
  done: 'Done',
  account: 'The account of the address',
  andAccount: ', and the account of the address',
  inAccount: 'Also in the account',
  inAccountErased: 'They are erased with it, whatever address they were placed with.',
  inAccountNot:
    'Those placed with another address are not in this request: the link does not open them. Their person sees them signed in.',
  notReached:
    'The proof reaches the named orders only, where they are in no account. The account, if there is one, and orders in an account are not in this request: ask for a stronger proof, then enter it again.',
  nothingReached: 'Nothing that the proof reaches.',
  nothingFound: 'We hold nothing by this address. Tell them, then close it.',
  left: 'It leads to nothing any more: what it was about has ended, or has another address now.',
  preview: {
    now: 'Goes now',
    stays: 'Stays for a while',
    account: 'The account:',
    accountHolds:
      'e-mail address, password and the addresses that are kept; second factor and passkeys where set up. Its sessions end.',
    orders: (numbers: string) => (/,/.test(numbers) ? `Orders ${numbers}:` : `Order ${numbers}:`),
    more: (count: number) => `and ${count} more:`,
    moreWait: (count: number) => `and ${count} more, each when it closes`,
    link: 'the links from them to the ledger, which itself holds no value about anybody',
    nothingStays: 'Nothing.',
    ground: (rule: RetentionRule) => grounds[rule] ?? '',
    until: (day: string | null) => (day === null ? 'without limit' : `until ${day} at the latest`),
    open: (state: string) =>
      `all of it, because it is still open (${state.toLowerCase()}); it ends by itself when it closes.`,
    restricted:
      'Its person has restricted its use: it cannot close until they lift that, which they then do on its page.',
    held: (until: string, ground: string) =>
      `all of it, until ${until} at the latest, because of a legal hold: ${ground}`,
    had: (names: string) =>
      `These have been given something, and are told to erase it where they take notices: ${names}.`,
    hadNone: 'Nobody outside was given anything.',
  },
}
