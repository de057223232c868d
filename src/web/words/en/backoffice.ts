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
  phone: 'Phone',
  orderNote: 'Customer’s note',
  trackingNumber: 'Tracking number',
  label: 'Label',
  invoiceName: 'Name on the invoice',
  passwordHash: 'Password hash',
  addressBook: 'Addresses of the account',
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
  shipment: 'The parcel is being booked. Load the page again in a moment.',
  cancellation: 'The order is cancelled, and its payment is being refunded.',
  refund: 'The refund is on its way to the payment processor.',
  hold: 'The order is held. Its person sees that, and why.',
  'hold-ended': 'The hold has ended. A deletion that waited for it happens within a minute.',
}

const frame = {
  name: (shop: string) => `${shop} · Back office`,
  navigation: 'Back office',
  orders: 'Orders',
  requests: 'Requests',
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
    person: 'Number, e-mail or last name',
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
  refunded: 'Refunded',
  none: 'There are no orders here.',
  older: 'Older orders',
  newest: 'Newest orders',
  pages: 'Pages',
  found: 'Orders found',
  foundNone: 'No order was found. Look at the spelling, or try the order number.',
  searchMissing: 'Enter what to find',
  searchNotAllowed: {
    email: 'Your roles see no e-mail address, so they cannot search by one. Enter an order number',
    lastName: 'Your roles see no last name, so they cannot search by one. Enter an order number',
  },
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
  taxIncluded: (rate: string) => `including tax ${rate}`,
  total: 'Total',
  refunded: 'Refunded',
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
  refund: 'Refund',
  refundAmount: (currency: string) => `Amount in ${currency}`,
  refundHint: (rest: string) => `At most ${rest}.`,
  refundButton: 'Refund',
  refundMalformed: (example: string) => `Enter an amount, such as ${example}`,
  refundTooMuch: (rest: string) => `Enter at most ${rest}: there is no more to refund`,
  refundTooLittle: 'Enter an amount above zero',
  done,
  restricted:
    'Restricted: the customer has stopped every use of this order’s data but its storage. Nobody can look at it, nothing can be sent or refunded, until they lift that.',
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
  open: 'open',
  clause: (clause: string, revision: string) => `${clause}, revision ${revision}`,
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

export const backoffice = { frame, session, orders, order, staff, password }
