/**
 * The policy's page in English: each clause in the shop's own words, and the words of the table.
 */

export const policyWords = {
  title: 'Privacy policy',
  lead: 'This is what we do with what we know of you. The shop’s software runs on the same table that this page is made of: what is not in it cannot happen.',
  ownData: 'See what we hold about you, take it along, or have it deleted',
  revisions: 'See every revision of this policy, and what each changed',
  transparency: 'See how often we did what with personal data, month by month',
  revision: (revision: string) => `Revision ${revision}`,
  updated: (month: string) => `last updated ${month}`,

  clauses: [
    {
      title: 'Cookies',
      parts: [
        {
          clause: 'C1',
          text: 'We set three cookies at most, each when you need it: one when you sign in, one when you put something into the cart, one while you pay. Whoever only looks around gets none. Nothing else is set, so there is nothing to consent to.',
        },
      ],
    },
    {
      title: 'How data travels',
      parts: [
        {
          clause: 'C2.1',
          text: 'What is about you travels encrypted: between you and us, inside our house, and to everyone we have to tell.',
        },
        {
          clause: 'C2.2',
          text: 'There is one exception. When a warranty claim, a return or the fulfilment of your order goes to a manufacturer, distributor or partner who cannot take it encrypted, it may go as they can take it. You see which way was really used.',
        },
      ],
    },
    {
      title: 'How long we keep it',
      parts: [
        {
          clause: 'C3.1',
          text: 'You can have your data deleted. We then destroy the key it is sealed under. The receipt names the day from which no copy in a backup can be read any more either.',
        },
        {
          clause: 'C3.2',
          text: 'Some information about orders has to stay for a while, such as invoices. It stays for at most five years, and then ends by itself.',
        },
      ],
    },
    {
      title: 'Paper',
      parts: [
        { clause: 'C4.1', text: 'Documents on paper may be kept without a limit of time.' },
        { clause: 'C4.2', text: 'They lie in a secure place, and we know in which.' },
        { clause: 'C4.3', text: 'They are shared with no third party.' },
        {
          clause: 'C4.4',
          text: 'When a document is no longer needed, it is destroyed so that nothing can be read off it.',
        },
      ],
    },
    {
      title: 'Who else learns something',
      parts: [
        {
          clause: 'C5',
          text: 'A third party learns something about you only where your order, your warranty or your return cannot be handled without it. The table below names each of them and each piece of data.',
        },
        {
          clause: 'C8.1',
          text: 'A carrier gets your first and last name, postal address, e-mail address and phone number, to bring you the parcel and for nothing else.',
        },
        {
          clause: 'C8.2',
          text: 'What is in the parcel we tell a carrier only if customs has to know.',
        },
      ],
    },
    {
      title: 'What we do not do',
      parts: [
        {
          clause: 'C6',
          text: 'We gather, sell and share nothing for advertising or other business with data. We send no mail but about your order, your account, or what you have asked us.',
        },
        {
          clause: 'C7',
          text: 'We do not follow what you do: no statistics about visitors, no history of what you looked at or searched for. Do Not Track and Global Privacy Control are answered, and make no difference, since we never track.',
        },
      ],
    },
    {
      title: 'This policy',
      parts: [
        {
          clause: 'C9',
          text: 'The policy says its revision and when it was last updated. Your order is bound to the revision under which you placed it; a later one that allows more does not reach it.',
        },
      ],
    },
  ],

  flows: {
    title: 'Who may see what',
    to: 'Who',
    for: 'What for',
    fields: 'What',
    channel: 'How it travels',
    while: 'While',
    clause: 'Clause',
    companies: 'At this shop',
    channels: {
      encrypted: 'encrypted',
      any: 'encrypted where possible',
      'in the house': 'in the house',
    },
    fieldNames: {
      firstName: 'first name',
      lastName: 'last name',
      postalAddress: 'postal address',
      email: 'e-mail',
      formerEmail: 'the e-mail address before',
      newEmail: 'the e-mail address that an account is to have',
      phone: 'phone',
      orderNote: 'what you wrote to us',
      trackingNumber: 'tracking number',
      label: 'parcel label',
      invoiceName: 'invoice name',
      invoiceAddress: 'invoice address',
      passwordHash: 'fingerprint of the password',
      addressBook: 'addresses that you keep in your account',
      totpSecret: 'secret of the second factor',
      recoveryHashes: 'fingerprints of the recovery codes',
      passkeyName: 'name of a passkey',
      passkeyCredential: 'id of a passkey',
      passkeyPublicKey: 'public key of a passkey',
      orderReference: 'order reference',
      amountMinor: 'amount',
      currency: 'currency',
      customsItems: 'description, quantity, value, HS code, origin and weight of each article',
      message: 'the message',
      items: 'articles and quantities',
      product: 'product',
      serialNumber: 'serial number',
      dateOfPurchase: 'date of purchase',
      fault: 'the fault',
      references: 'the recipient’s own references',
    } as Readonly<Record<string, string>>,
  },
  retention: {
    title: 'What is kept, and until when',
    holds: 'What',
    ends: 'Ends',
    onErasure: 'When you ask for deletion',
    atMost: 'At most',
    noLimit: 'no limit of its own',
    erasures: {
      'at once': 'at once',
      'when nothing is open': 'when nothing is open on the order; at once if nothing is',
      stays: 'stays',
      'nothing to erase': 'nothing about you in it',
    },
  },
  cookies: {
    title: 'Cookies',
    name: 'Name',
    serves: 'Serves',
    lasts: 'Lasts',
    session: 'until the browser closes',
  },
}

/** What the table says for whoever runs the store, in a reader's words; a text that is not here is plain as it stands. */
const PLAINLY: Readonly<Record<string, string>> = {
  'account: e-mail address, the one before until it is told, password hash and the addresses that are kept; second factor and passkeys where set up; open sessions, without address or browser':
    'account: e-mail address (after a change also the one before, until it has been told), password as a fingerprint, kept addresses, second factor, passkeys and open sessions',
  'on request; after a day where its address was not confirmed, 30 days after a restore that lost its address':
    'when you end it; after a day if nobody confirms its address; 30 days after a restored backup has lost its address',
  'keyed look-up values of e-mail, phone, last name, postal code and ids of passkeys':
    'look-up values, by which data is found: made from e-mail, phone, last name, postal code and passkeys, none of which can be read in them',
  'with the account or the order contact': 'with the account, or the contact data of the order',
  "the period's key goes, then the rows": 'when the time for which books are kept is over',
  'what a company calls something that was deleted, until it is told to delete it too':
    'a company’s own number for what you had deleted, until the company is told to delete it too',
  'never; the link from the person to them goes':
    'never; what links them to you goes when you have your data deleted',
  'staff: sign-in name, password hash, roles, open sessions':
    'staff: sign-in name, password as a fingerprint, roles, open sessions',
}

/** The texts of the table that have other words. */
export const plainlySaid: readonly string[] = Object.keys(PLAINLY)

/** A text of the table as its readers have it. */
export function inWords(text: string): string {
  return PLAINLY[text] ?? text
}

const DURATIONS = new Intl.DurationFormat('en', { style: 'long' })

/** A retention rule's limit, an ISO 8601 duration, in words; null: it has none of its own. */
export function limitText(atMost: string | null): string {
  if (atMost === null) return policyWords.retention.noLimit
  return DURATIONS.format(Temporal.Duration.from(atMost))
}

/** How long a cookie lives, in words; null: no longer than the browser is open. */
export function lifetimeText(maxAgeSeconds: number | null): string {
  if (maxAgeSeconds === null) return policyWords.cookies.session
  const lifetime = Temporal.Duration.from({ seconds: maxAgeSeconds })
  return DURATIONS.format(lifetime.round({ largestUnit: 'days' }))
}
