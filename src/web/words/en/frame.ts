/**
 * Words around every page: header, footer, banner.
 */

export const frame = {
  skipToContent: 'Skip to the content',
  demonstrationLabel: 'Demonstration',
  demonstration:
    'This is a demonstration. Nothing is charged and nothing is sent, so please enter no real data.',
  shopNavigation: 'Shop',
  searchLabel: 'Search for products',
  searchButton: 'Search',
  account: 'Account',
  cart: 'Cart',
  footerNavigation: 'About this shop',
  privacy: 'Privacy policy',
  ownData: 'Your data',
  imprint: 'Imprint',
}
