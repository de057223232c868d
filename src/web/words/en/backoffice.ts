/**
 * Words of the back office, which only the staff read.
 */

import type { OrderState } from '../../../orders/order.ts'
import type { Field } from '../../../privacy/table.ts'
import type { Role, View } from '../../../staff/roles.ts'

const states: Readonly<Record<OrderState, string>> = {
  'awaiting payment': 'Awaiting payment',
  paid: 'Paid',
  packed: 'Packed',
  shipped: 'Shipped',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
}

const roles: Readonly<Record<Role, { readonly name: string; readonly hint: string }>> = {
  owner: { name: 'Owner', hint: 'Staff, cancellations and refunds; sees nothing of customers' },
  packing: { name: 'Packing', hint: 'Packs and ships; sees the addressee while an order is open' },
  service: { name: 'Service', hint: 'Answers customers; sees their contact for a stated reason' },
  accounts: { name: 'Accounts', hint: 'Invoices and refunds; sees invoice name and address' },
}

const fields: Readonly<Record<Field, string>> = {
  firstName: 'First name',
  lastName: 'Last name',
  postalAddress: 'Address',
  email: 'E-mail',
  formerEmail: 'E-mail before',
  newEmail: 'E-mail to be',
  phone: 'Phone',
  orderNote: 'Customer’s note',
  trackingNumber: 'Tracking number',
  label: 'Label',
  invoiceName: 'Name on the invoice',
  passwordHash: 'Password hash',
  addressBook: 'Addresses of the account',
  totpSecret: 'Secret of the second factor',
  recoveryHashes: 'Hashes of the recovery codes',
  passkeyName: 'Name of a passkey',
  passkeyCredential: 'Id of a passkey',
  passkeyPublicKey: 'Public key of a passkey',
  invoiceAddress: 'Address on the invoice',
  orderReference: 'Order reference',
  amountMinor: 'Amount',
  currency: 'Currency',
  customsItems: 'Customs declaration',
  message: 'Message',
  items: 'Articles',
  product: 'Product',
  serialNumber: 'Serial number',
  dateOfPurchase: 'Date of purchase',
  fault: 'Fault',
  references: 'Its own references',
}

const looks: Readonly<Record<View, string>> = {
  packing: 'Show for packing',
  service: 'Show for service',
  accounts: 'Show for accounts',
}

const done: Readonly<Partial<Record<string, string>>> = {
  packing: 'The order is packed.',
  shipment: 'The carrier was asked to take the parcel. The timeline says when it is booked.',
  cancellation: 'The order is cancelled, and its payment is being refunded.',
  refund: 'The refund was asked for. The timeline says when it is made.',
  'refund-entered': 'The refund is entered as paid.',
  'refund-settled': 'The refund is settled. The timeline says how.',
  hold: 'The order is held. Its person sees that, and why.',
  'hold-ended': 'The hold has ended. A deletion that waited for it happens within a minute.',
}

const frame = {
  name: (shop: string) => `${shop} · Back office`,
  navigation: 'Back office',
  orders: 'Orders',
  requests: 'Requests',
  papers: 'Papers',
  books: 'Books',
  retention: 'Retention',
  staff: 'Staff',
  password: 'Password',
  signOut: 'Sign out',
  signedInAs: 'Signed in as',
  times: 'All times are UTC.',
}

const session = {
  title: 'Sign in',
  login: 'Sign-in name',
  password: 'Password',
  button: 'Sign in',
  wrong: 'Name or password is wrong',
  missingLogin: 'Enter your sign-in name',
  missingPassword: 'Enter your password',
}

const orders = {
  title: 'Orders',
  searchLabel: 'Find an order',
  searchHint: {
    person: 'Number, e-mail, last name …',
    number: 'Order number',
  },
  searchButton: 'Find',
  byState: 'Orders by state',
  all: 'All',
  states,
  number: 'Number',
  placed: 'Placed',
  state: 'State',
  country: 'To',
  total: 'Total',
  refundedOf: (amount: string) => `${amount} refunded`,
  refundingOf: (amount: string) => `${amount} under way`,
  unclear: 'It is not known whether a refund was made. What to do stands on the page of the order:',
  failures: {
    'came back':
      'A refund came back after it had been made: it has failed, and can be made again on the page of the order:',
    failed:
      'A refund was asked for and has failed: nothing of it went back. It can be made again on the page of the order:',
    'stays paid':
      'The processor’s own refund came back, of one that was paid in its place: that stays, and there is nothing to do. The amount is with the processor again:',
  },
  none: 'There are no orders here.',
  older: 'Older orders',
  newest: 'Newest orders',
  pages: 'Pages',
  found: 'Orders found',
  foundNone: 'No order was found. Look at the spelling, or try the order number.',
  searchMissing: 'Enter what to find',
  searchNotAllowed: {
    email: 'Your roles see no e-mail address, so they cannot search by one. Enter an order number',
    phone: 'Your roles see no phone number, so they cannot search by one. Enter an order number',
    postalCode: 'Your roles see no address, so they cannot search by one. Enter an order number',
    lastName: 'Your roles see no last name, so they cannot search by one. Enter an order number',
  },
}

const refunds = {
  title: 'Refunds',
  when: 'When',
  amount: 'Amount',
  tax: 'Tax in it',
  of: 'Of what',
  ofAll: 'Of all articles alike',
  states: {
    requested: 'under way',
    unclear: 'not known',
    done: 'made',
    failed: 'failed',
  },
  madeOtherwise: 'made, in another way',
  // Kept on one line each.
  share: (tax: string, rate: string, net: string) =>
    `${tax} (${rate} of ${net})`.replaceAll(' ', '\u00a0'),
  untaxed: (net: string) => `none on\u00a0${net}`,
  refund: 'Refund',
  amountIn: (currency: string) => `Amount in ${currency}`,
  hint: (rest: string) => `At most ${rest}. It is taken of all articles alike, with their tax.`,
  button: 'Refund',
  malformed: (example: string) => `Enter an amount, such as ${example}`,
  tooMuch: (rest: string) => `Enter at most ${rest}: there is no more to refund`,
  unpayable: 'The last digit must be 0: nothing smaller can be paid',
  tooLittle: 'Enter an amount above zero',
  otherwise: 'I have paid it in another way',
  otherwiseHint: 'By a bank transfer, say. The payment processor is not told, and pays nothing.',
  articles: 'Refund articles',
  articlesHint: 'How many pieces of each go back, at the price that was paid, tax included.',
  articlesHintNet:
    'How many pieces of each go back, at the price that was paid; the tax that was paid on it is added.',
  pieces: (most: number, price: string) => `At most ${most}, at ${price} each`,
  delivery: (price: string) => `Delivery, ${price}`,
  articlesButton: 'Refund these',
  piecesWrong: (most: number) => `Enter a whole number from 0 to ${most}`,
  piecesMissing: 'Enter how many pieces are refunded, or choose the delivery',
}

const order = {
  title: (number: number) => `Order ${number}`,
  placed: 'Placed',
  to: 'Delivered to',
  method: 'Delivery',
  revision: 'Privacy policy',
  revisionOf: (revision: string) => `revision ${revision}`,
  weight: 'Weight',
  lines: 'Articles',
  article: 'Article',
  sku: 'Number',
  quantity: 'Quantity',
  unit: 'Price',
  amount: 'Amount',
  items: 'Articles',
  delivery: 'Delivery',
  tax: (rate: string) => `Tax ${rate}`,
  untaxed: 'No tax',
  taxIncluded: (rate: string) => `including tax ${rate}`,
  total: 'Total',
  refunded: 'Refunded',
  refunding: 'Reserved for refunds',
  actions: 'What to do',
  nothing: 'There is nothing to do here with your roles.',
  pack: 'Mark as packed',
  packHint: 'The articles are in the parcel.',
  book: 'Book the parcel',
  bookHint:
    'The carrier is told name, address, e-mail and phone; the content only where customs has to know it.',
  booking: 'The parcel is being booked with the carrier.',
  bookingFailed: 'The last booking failed; it can be made again.',
  label: 'Label (PDF)',
  cancel: 'Cancel the order',
  cancelHint: (rest: string) => `The articles go back into stock, and ${rest} to the customer.`,
  cancelButton: 'Cancel and refund',
  done,
  restricted:
    'Restricted: the customer has stopped every use of this order’s data but its storage. Nobody can look at it, nothing can be sent or refunded, until they lift that.',
  failures: {
    'came back': (amount: string) =>
      `${amount} came back after it had been refunded, so the customer does not have it. It can be refunded again; ask them first whether the same way will do.`,
    failed: (amount: string) =>
      `A refund of ${amount} was asked for and has failed: nothing of it went back to the customer. It can be refunded again.`,
    'stays paid': (amount: string) =>
      `The processor’s own refund of ${amount} came back. It was paid in its place, which stays so: there is nothing to do. The amount is with the processor again.`,
  },
  unclear: {
    title: 'Was it refunded?',
    what: (amount: string) =>
      `It is not known whether ${amount} went back to the customer: the payment processor’s answer is missing. The amount stays reserved, so that it is not paid twice. The store asks the processor every ten minutes, and settles it by the answer.`,
    settle: 'It stays like that: settle it by hand',
    look: 'Sign in at the payment processor, open the payment, and look at its refunds. One that this store has made bears its reference in the metadata.',
    payment: 'Payment',
    reference: 'Reference',
    hint: 'What you say is recorded under your name. A refund that was made by hand at the processor in the place of this one counts as made.',
    made: 'The money went back',
    paidOtherwise: 'I have paid it in another way',
    otherwiseHint:
      'In another way means: by a bank transfer, say, because the processor has no such refund. It stays paid, also if the processor should turn out to have made its own.',
    notMade: 'No money went back',
    notYet: 'The other two can be said once the processor is surely not at work on it any more:',
  },
  hold: {
    title: 'Legal hold',
    held: (until: string, ground: string) => `Held until ${until}, because ${ground}.`,
    set: 'Hold this order',
    hint: 'The customer sees the hold, its ground and its last day. A deletion that they ask for waits until then, and happens by itself.',
    ground: 'Ground',
    groundChoose: 'Choose a ground',
    groundMissing: 'Choose why the order must be held',
    until: 'Last day',
    untilHint: (latest: string) =>
      `At the latest ${latest}: the policy keeps order data no longer (C3.2).`,
    untilWrong: (today: string, latest: string) => `Enter a day from ${today} to ${latest}`,
    button: 'Hold the order',
    end: 'End the hold',
    endHint: 'A deletion that was asked for meanwhile happens within a minute.',
  },
  person: 'Customer',
  personNone: 'Your roles see nothing of the customer.',
  personHint: 'Each look is recorded in the ledger.',
  looks,
  reason: 'Reason',
  reasonChoose: 'Choose a reason',
  reasonMissing: 'Choose why you need to see this',
  lookRecorded: 'This look is recorded:',
  refused: 'The privacy policy does not allow this now.',
  toPolicy: 'Read the privacy policy',
  nothingHeld: 'Nothing of this is kept any more.',
  fields,
  timeline: 'Timeline',
  by: 'by',
  disclosures: 'Who was told what',
  disclosuresNone: 'Nobody has been told anything.',
  when: 'When',
  toWhom: 'To whom',
  purpose: 'For',
  what: 'Fields',
  how: 'How',
  outcome: 'Outcome',
  open: 'under way',
  clause: (clause: string, revision: string) => `${clause}, revision\u00a0${revision}`,
}

const staff = {
  title: 'Staff',
  login: 'Sign-in name',
  loginHint:
    'Lower-case letters, digits, dots, dashes, underscores. It need not be a person’s name.',
  loginWrong: 'Enter 1 to 40 lower-case letters, digits, dots, dashes or underscores',
  loginTaken: 'This sign-in name is taken',
  roles: 'Roles',
  roleNames: roles,
  rolesMissing: 'Choose at least one role',
  state: 'State',
  active: 'Active',
  disabled: 'Disabled',
  lastSeen: 'Last seen',
  never: 'Not signed in',
  add: 'Add a member',
  addButton: 'Add',
  edit: (login: string) => `Member “${login}”`,
  saveRoles: 'Save the roles',
  access: 'Access',
  disable: 'End the access',
  disableHint: 'At once, and all open sessions end. What they did stays under their name.',
  enable: 'Give access again',
  newPassword: 'Make a new password',
  newPasswordHint: 'The old one stops, and all open sessions end.',
  madePassword: (login: string) => `The password of “${login}”`,
  madePasswordHint: 'It is shown this once. Give it to them in person; they can change it then.',
  saved: 'Saved.',
}

const password = {
  title: 'Change your password',
  old: 'Current password',
  chosen: 'New password',
  chosenHint: 'At least 12 characters.',
  button: 'Change',
  wrong: 'The current password is wrong',
  short: 'Choose 12 to 256 characters',
  hint: 'All your open sessions end; sign in again then.',
}

export const backoffice = { frame, session, orders, order, refunds, staff, password }
