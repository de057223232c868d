/**
 * Words of an account: the way into it, its pages, its end.
 */

const done: Readonly<Partial<Record<string, string>>> = {
  password: 'Your password is chosen, and you are signed in.',
  changed: 'Your password is changed. Every other session has ended.',
  session: 'The session has ended.',
  sessions: 'Every other session has ended.',
}

export const account = {
  /** What was just done. */
  done,
  menu: {
    title: 'Your account',
    overview: 'Overview',
    orders: 'Orders',
    addresses: 'Addresses',
    password: 'Password',
    factor: 'Second factor',
    passkeys: 'Passkeys',
    data: 'What we hold',
    signOut: 'Sign out',
  },
  signUp: {
    title: 'Open an account, or choose a new password',
    lead: 'We send a link to your e-mail address. It opens an account, or your account again if you have one and forgot its password. You never need one to buy here.',
    email: 'E-mail',
    hint: 'The link opens for 30 minutes.',
    send: 'Send me the link',
    kept: 'An address that nobody confirms by its link is deleted after a day.',
    tooOften: 'Too many links were asked for from here. Wait 15 minutes and try again',
    toSignIn: 'Back to the sign-in',
  },
  sent: {
    title: 'Look into your inbox',
    text: 'A link is on its way to this address. It comes within a few minutes and opens for 30 minutes.',
    same: 'You see this page whatever we found, so that nobody can learn from us who has an account here.',
    again: 'No mail? Look whether the address was right. There are at most three links an hour.',
    back: 'Enter the address again',
  },
  newPassword: {
    title: 'Choose your password',
    lead: 'With it your account is open, and you are signed in. Every other session of your account ends, and so does every link that came before.',
    label: 'New password',
    hint: 'At least 12 characters. A few words that you can remember are good.',
    short: 'Choose 12 to 256 characters',
    button: 'Choose this password',
  },
  signIn: {
    title: 'Sign in',
    lead: 'You never need an account to buy here.',
    email: 'E-mail',
    password: 'Password',
    missing: 'Enter your password',
    wrong: 'E-mail or password is wrong',
    button: 'Sign in',
    toSignUp: 'No account yet, or the password forgotten?',
  },
  overview: {
    title: 'Your account',
    email: 'E-mail',
    since: 'Open since',
    end: 'End the account',
    endHint:
      'You can end it at any time, alone or with your orders. You see first what goes at once and what stays until when, and get a receipt.',
    toEnd: 'See what would go, and end it',
  },
  sessions: {
    title: 'Open sessions',
    hint: 'Where you are signed in. We keep neither place nor device, so they differ by their times alone, of which the last is no more exact than half a day.',
    began: 'Signed in',
    seen: 'Last seen',
    act: 'End',
    this: 'this one',
    end: 'End',
    which: (began: string) => `the session of ${began}`,
    endOthers: 'End all others',
  },
  password: {
    title: 'Change your password',
    old: 'Current password',
    wrong: 'The current password is wrong',
    hint: 'Every other session ends with it, and every link that came to your address.',
    button: 'Change the password',
    forgotten: 'Forgotten? Get a link',
  },
}
