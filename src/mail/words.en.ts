/**
 * The words of the mails, in English. `{…}` stands for a value; what may stand there is in `messages.ts`.
 */

export const wordsEn = {
  confirmation: {
    subject: '{shop}: order {number} is confirmed',
    opening: 'Thank you. Your payment has arrived, and order {number} is confirmed.',
  },
  shipped: {
    subject: '{shop}: order {number} is on its way',
    opening: 'Your parcel has left us. Where it is, you can see on the page of your order.',
  },
  refunded: {
    subject: '{shop}: a refund for order {number}',
    opening:
      'We have made a refund for order {number}. It goes back the way your payment came, which takes a ' +
      'few days. In all, {refunded} of the order is refunded.',
  },
  refundedOtherwise: {
    subject: '{shop}: a refund for order {number}',
    opening:
      'We have made a refund for order {number}, in another way than your payment came. In all, ' +
      '{refunded} of the order is refunded.',
  },
  sentBack: {
    subject: '{shop}: a refund for order {number} came back',
    opening:
      'A refund that we had made for order {number} came back to us, so you do not have it. We see to ' +
      'it. Should the card or the account that you paid with be closed, tell us.',
  },
  cancelled: {
    subject: '{shop}: order {number} is cancelled',
    opening:
      'Order {number} is cancelled and will not be sent. What you have paid goes back the way it came.',
  },
  dataLink: {
    subject: '{shop}: what we hold about you',
    opening: 'Somebody, most likely you, has asked us what we hold about this e-mail address.',
    link: 'All of it is on this page, also to download or to have deleted. The link opens for 30 minutes:',
    secret: 'If it was not you, you need not do anything: nobody but you has this link.',
  },
  waiting: {
    subject: '{shop}: your data will be deleted in 72 hours',
    opening: 'You have asked us to delete what we hold about this e-mail address, in 72 hours.',
    link: 'Until then you can take that back on this page, and see afterwards that it is done:',
    secret: 'If it was not you, take it back, and keep our mails from whoever could read them.',
  },
  accountNew: {
    subject: '{shop}: open your account',
    opening: 'Somebody, most likely you, wants to open an account with this e-mail address.',
    link: 'To open it, choose a password on this page. The link opens for 30 minutes:',
    secret:
      'If it was not you, you need not do anything: there is no account until somebody opens this ' +
      'link, and this address is deleted after a day.',
  },
  accountKnown: {
    subject: '{shop}: choose a new password',
    opening:
      'Somebody, most likely you, has asked for the way into the account of this e-mail address.',
    link: 'To choose a new password for it, open this page. The link opens for 30 minutes:',
    secret:
      'If it was not you, or you still know your password, you need not do anything: nothing ' +
      'changes until somebody opens this link.',
  },
  accountChange: {
    subject: '{shop}: how you sign in has changed',
    changes: {
      'password changed': 'The password of your account was changed, by somebody who knew it.',
      'second factor switched on':
        'A second factor was switched on for your account: signing in takes a code from now on.',
      'second factor switched off':
        'The second factor of your account was switched off: signing in takes no code any more.',
      'recovery codes renewed':
        'Your account has new recovery codes. The ones before let nobody in any more.',
      'passkey added': 'A passkey was added to your account: it signs in without the password.',
      'passkey removed': 'A passkey was removed from your account, and signs in no more.',
    },
    link: 'If it was not you, choose a new password at once. Ask for the link to it on this page:',
    secret: 'If it was you, you need not do anything.',
  },
  accountLoss: {
    subject: '{shop}: how you sign in, after a loss of our data',
    losses: {
      'second factor lost': {
        opening:
          'We have lost data and put back an earlier copy, from before the second factor of your account ' +
          'was switched on. We cannot get it back, so the password lets nobody in any more: only a link to ' +
          'this address does. Choose a new password by it, then switch the second factor on anew.',
        link: 'Ask for the link on this page:',
      },
      'second factor off again': {
        opening:
          'We have lost data and put back an earlier copy, in which your account had a second factor that ' +
          'was switched off since. It is off again: signing in takes no code.',
        link: 'If you want one, switch it on here:',
      },
      'recovery codes lost': {
        opening:
          'We have lost data and put back an earlier copy, from before the recovery codes of your account ' +
          'were renewed. None of them lets anybody in any more, neither the new ones nor those before. ' +
          'The codes of your app do.',
        link: 'Make new recovery codes on this page:',
      },
    },
    secret: 'Nobody has signed in to your account for this. We are sorry for the trouble.',
  },
  newAddress: {
    subject: '{shop}: the e-mail address of your order',
    opening:
      'As you have asked us, we have corrected the e-mail address of your order: it is this one now. ' +
      'Links to the order that we had sent before do not open it any more.',
    link: 'What we hold about you, with the page of your order, is here. The link opens for 30 minutes:',
    secret: 'If you know nothing of an order, tell us: somebody may have misread an address.',
  },
  formerAddress: {
    subject: '{shop}: this is no longer the e-mail address of an order',
    opening:
      'We have been asked to correct the e-mail address of an order, which was this one until now. ' +
      'From now on we write to another, and the links that we had sent here do not open the order any more.',
    link: 'How you reach us:',
    secret: 'If it was not you who asked for that, tell us.',
  },
  addressLink: {
    subject: '{shop}: confirm your new e-mail address',
    opening:
      'Somebody, most likely you, wants this to be the e-mail address of their account with us. ' +
      'Nothing changes until you say so.',
    link: 'If it was you, follow this link where you are signed in. It works for 30 minutes:',
    secret:
      'If it was not you, you need not do anything: this link works in their account alone, and we ' +
      'forget this address after a day.',
  },
  formerOfAccount: {
    subject: '{shop}: this is no longer the e-mail address of your account',
    opening:
      'The e-mail address of your account was changed by somebody who was signed in to it and has the ' +
      'new mailbox. It was this one until now. Links to the account that we had sent here do not open ' +
      'it any more. What was ordered keeps the address that it was ordered with.',
    link: 'If it was not you, tell us at once. How you reach us:',
    secret: 'If it was you, you need not do anything.',
  },
  joining: {
    subject: '{shop}: order {number} and an account',
    opening:
      'Somebody, most likely you, wants to see order {number} in an account with us. ' +
      'It was placed with this e-mail address, so you decide.',
    link: 'If it was you, follow this link where you are signed in. It works for 30 minutes:',
    secret: 'If it was not you, you need not do anything: the order stays as it is.',
  },
  erasureNotice: {
    subject: '{shop}: please erase (art. 19 GDPR)',
    opening:
      'A person has had their data erased, which we had passed on to you under the references below. ' +
      'We are bound to tell you so (art. 19 GDPR). Please erase what you hold of it, unless the law ' +
      'binds you to keep it.',
    closing: 'The references are your own, and all that we still know of it. No answer is needed.',
  },
  greeting: 'Hello,',
  line: '{quantity} × {title}',
  delivery: 'Delivery: {method}',
  methods: { standard: 'Standard', express: 'Express' } as Readonly<Record<string, string>>,
  taxIncluded: 'Tax included',
  tax: 'Tax',
  total: 'Total',
  refundedInAll: 'Refunded',
  taxRefunded: 'Tax in it',
  link: 'The page of your order, where you also see who received which data about you:',
  secret: 'Whoever has this link sees the order: keep it to yourself.',
} as const

export type Words = typeof wordsEn
