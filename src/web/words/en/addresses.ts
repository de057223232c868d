/**
 * Words of the addresses that an account keeps.
 */

const done: Readonly<Partial<Record<string, string>>> = {
  kept: 'The address is in your account.',
  changed: 'The address is changed.',
  default: 'The first of these addresses fills the checkout from now on.',
  removed: 'The address is no longer in your account.',
}

export const addresses = {
  done,
  title: 'Your addresses',
  lead: 'They fill the checkout for you, the default first. They stay until you take them out or end your account.',
  none: 'Your account keeps no address.',
  default: 'Default',
  change: 'Change',
  makeDefault: 'Make it the default',
  remove: 'Take it out',
  ofAddress: (name: string, line1: string) => `${name}, ${line1}`,
  add: 'Add an address',
  full: (most: number) => `Your account keeps ${most} addresses, which is as many as it can.`,
  newTitle: 'Add an address',
  changeTitle: 'Change an address',
  changeHint: 'Orders that you have placed keep the address that they were placed with.',
  country: 'Country',
  regionHint: 'Where the country has one in its addresses',
  save: 'Keep this address',
  back: 'Back to your addresses',
}
