/**
 * Words of what else an account is signed in to with: the second factor, recovery codes, passkeys.
 */

const done: Readonly<Partial<Record<string, string>>> = {
  off: 'The second factor is switched off.',
  added: 'The passkey is added.',
  removed: 'The passkey is removed. You can delete it from your device too.',
}

export const factors = {
  /** What was just done. */
  done,
  password: 'Your password',
  wrongPassword: 'The password is wrong',
  code: 'Code',
  missingCode: 'Enter the code',
  wrongCode: 'This code is wrong, or was used already. Wait for the next one',
  step: {
    title: 'Enter your code',
    lead: 'Your account has a second factor.',
    hint: 'The six digits that your authenticator app shows now, or one of your recovery codes.',
    wrong: 'This code is wrong or was used already, or the ten minutes for it are over',
    button: 'Sign in',
    again: 'Begin again',
    lost: 'Device lost, and no recovery code left? Nobody at this shop can let you in without. A link to your e-mail address still opens all that we hold about you, and deletes it:',
    ownData: 'your data',
  },
  factor: {
    title: 'Second factor',
    lead: 'With a second factor your password alone opens nothing: signing in takes a code as well, which an app on your device makes anew every 30 seconds. The app needs no connection, and tells nobody.',
    off: 'It is switched off.',
    begin: 'Set it up',
    on: 'Switched on since',
    left: (count: number) =>
      count === 0
        ? 'No recovery code is left.'
        : count === 1
          ? 'One recovery code is left.'
          : `${count} recovery codes are left.`,
    renew: 'Make new ones',
    endTitle: 'Switch it off',
    endHint: 'The six digits of the app, or a recovery code.',
    end: 'Switch it off',
  },
  setup: {
    title: 'Set the second factor up',
    scan: 'Scan this with an authenticator app',
    picture: 'QR code with the secret that is written below it',
    type: 'Or type this secret into it:',
    kind: 'By time, SHA-1, 6 digits, every 30 seconds: what every app takes for granted.',
    enter: 'Enter the code that the app shows',
    hint: 'Only with it the second factor is switched on. Your other sessions end then.',
    button: 'Switch it on',
    over: 'This page was open for too long. Begin again.',
  },
  recovery: {
    title: 'Your recovery codes',
    on: 'The second factor is switched on, and your other sessions have ended.',
    lead: 'Each of these lets you in once, when your device is lost. They are shown now and never again: write them down or print this page, and keep them apart from your device.',
    kept: 'I have kept them',
    renewed: 'These are your recovery codes now. The ones before let nobody in any more.',
    renewTitle: 'New recovery codes',
    renewLead:
      'Somebody may have seen them, or few are left: ten new ones take the place of those that you have, which open nothing from that moment on. The app on your device stays as it is.',
    renew: 'Make new recovery codes',
    keepOld: 'Keep the ones that I have',
  },
  passkeys: {
    title: 'Passkeys',
    lead: 'A passkey signs you in by the lock of your own device (a finger, a face, a PIN), in place of password and code. It stays on the device or with its maker; what we hold is its public half, which opens nothing.',
    none: 'This account has none.',
    name: 'Name',
    added: 'Added',
    used: 'Last used',
    act: 'Act',
    remove: 'Remove',
    addTitle: 'Add a passkey',
    nameHint: 'For yourself, such as the device that it is on.',
    missingName: 'Enter a name',
    longName: 'Choose a name of at most 40 characters',
    button: 'Add a passkey',
    noScript:
      'Adding a passkey takes JavaScript, which is switched off in this browser. You sign in by your password, with a second factor if you like.',
    noHost:
      'A passkey belongs to a name such as shop.example, and this shop is reached by a number.',
    refused: 'This passkey was not added: it took too long, or there is one of it already',
  },
  ceremony: {
    add: 'Add a passkey',
    signIn: 'Sign in with a passkey',
    now: 'Your browser asks you to confirm it by the lock of your device.',
    button: 'Ask me again',
    noScript:
      'Passkeys take JavaScript, which is switched off in this browser. Sign in with your password in their place.',
    usePassword: 'Sign in with your password',
    back: 'Back to your passkeys',
    refused:
      'This passkey opens no account here: it was removed, it is another shop’s, or it took too long.',
    problems: {
      NotAllowedError: 'It was not confirmed, or took too long. You can ask again.',
      InvalidStateError: 'This device has a passkey of your account already.',
      unsupported: 'This browser knows no passkeys.',
      other: 'Your browser could not do it.',
    },
  },
}
