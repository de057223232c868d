/**
 * Words of what a person can do with an order's data: restrict its use, correct it; and of what holds it back.
 */

import type { HoldGround } from '../../../privacy/legal-hold.ts'

const grounds: Readonly<Record<HoldGround, string>> = {
  'a legal claim is open': 'a legal claim is open',
  'a court or an authority has ordered it': 'a court or an authority has ordered it',
  'its payment is disputed': 'its payment is disputed',
}

const done: Readonly<Partial<Record<string, string>>> = {
  corrected: 'It is corrected.',
  unchanged: 'Nothing was different, so nothing was changed.',
  restricted: 'The use of this order’s data is restricted from now on.',
  lifted: 'The restriction is lifted.',
}

export const rights = {
  grounds,
  /** What was just done. */
  done,
  title: (number: number) => `Order ${number}: your rights`,
  link: 'Correct or restrict',
  page: 'See its page',
  ofOrder: (number: number) => `order ${number}`,
  back: 'Back to your data',
  hold: (day: string, ground: string) =>
    `Legal hold: this order’s data is kept until ${day} because ${ground}. If you have it deleted before, it goes by itself after that day.`,
  correct: {
    title: 'Correct your data',
    hint: 'What you change here is what we use from now on. It changes nothing about a parcel that is on its way, or about what somebody was told before.',
    told: 'They were told the old values, and still have them:',
    country: (name: string) =>
      `The address stays in this country: ${name}. Delivery and tax were paid for it.`,
    button: 'Save the corrections',
    email:
      'The e-mail address cannot be corrected here: it is what proves that this data is yours, and whoever had this link could take the order over. If it is wrong,',
    emailWrite: 'write to us',
    invoice:
      'Name and address of the invoice stay as they are: books are not edited, and it says what was true when it was paid.',
  },
  deletion: {
    titles: {
      waits: 'A deletion that waits',
      done: 'Your data is deleted',
      over: 'This deletion will not happen',
    },
    waits: 'What we hold about you will be deleted on',
    wayBack: 'Until then nothing has happened, and you can take it back.',
    takeBack: 'Take it back',
    done: 'It is done. This is the',
    receipt: 'receipt of the deletion',
    over: 'This deletion does not wait any more: it was taken back, or replaced by another one.',
    data: 'See what we hold about you',
    /** On the page of all data. */
    planned: 'Your data will be deleted on',
    see: 'See it, or take it back',
  },
  restrict: {
    title: 'Restrict the use',
    hint: 'Your data of this order stays stored and nothing else is done with it: none of us can look at it, nobody outside is given any of it, no mail is sent about the order. What is still open, such as a delivery or a refund, stops until you lift the restriction. You can still see, correct and delete everything.',
    unpaid: 'This order has not been paid. It ends by itself within a day, with everything in it.',
    since: 'Restricted since',
    isRestricted: 'The use of this data is restricted: it is stored, and nothing else.',
    button: 'Restrict the use',
    lift: 'Lift the restriction',
  },
}
