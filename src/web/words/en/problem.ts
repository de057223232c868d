/**
 * Words of the pages for when something goes wrong, by HTTP status.
 */

type Problem = { readonly title: string; readonly text: string }

const general = {
  title: 'This cannot be done',
  text: 'The shop could not do what was asked. Go back and try again.',
} satisfies Problem

const failed = {
  title: 'Something went wrong here',
  text: 'The fault is ours, and it has been noted without anything about you. Try again in a moment.',
} satisfies Problem

const byStatus: Readonly<Partial<Record<number, Problem>>> = {
  400: {
    title: 'The shop cannot read this request',
    text: 'Something in the address or in what was sent is broken.',
  },
  402: { title: 'The payment was refused', text: 'Nothing was charged. Try another way to pay.' },
  403: { title: 'This is not allowed', text: 'The shop has refused the request.' },
  404: {
    title: 'Page not found',
    text: 'There is nothing at this address. It may have been moved, or mistyped.',
  },
  405: {
    title: 'This page cannot be used that way',
    text: 'The address is right, but not for this kind of request.',
  },
  409: { title: 'This has changed meanwhile', text: 'Open the page again and look.' },
  413: { title: 'That is too much', text: 'What was sent is larger than the shop takes.' },
  415: {
    title: 'The shop cannot read this kind of data',
    text: 'Forms are taken in the way that browsers send them by themselves, and in no other.',
  },
  429: { title: 'Too many attempts', text: 'Wait a few minutes and try again.' },
  502: {
    title: 'Another company did not answer as it should',
    text: 'Nothing is lost. Try again in a moment.',
  },
  503: { title: 'The shop is busy', text: 'Nothing is lost. Try again in a moment.' },
}

export const problem = {
  general,
  failed,
  byStatus,
  refused: (clause: string) => `The privacy policy forbids it, in clause ${clause}.`,
  whatToDo: 'What you can do',
  toHome: 'Go to the shop’s first page',
  toOffice: 'Go to the back office',
  toPolicy: 'Read the privacy policy',
}
