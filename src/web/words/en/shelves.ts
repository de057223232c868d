/**
 * Words of the pages that no person is in: home, category, product, search, imprint, security.
 */

const products = (count: number) => (count === 1 ? '1 product' : `${count} products`)

export const shelves = {
  home: {
    title: (shop: string) => `Welcome to ${shop}`,
    lead: 'Look around for as long as you like. Nothing about you is kept while you look.',
    categories: 'Categories',
    selection: 'From our shelves',
    empty: 'The shelves are empty. The shop opens when its first products are in.',
    privacy: 'What we know of you is what your order needs, and it goes no further.',
    privacyLink: 'Read how, in our privacy policy',
  },
  category: {
    products,
    shelf: 'Products',
    within: 'Within this category',
    sortBy: 'Sort by',
    sorts: {
      shelf: 'Our order',
      name: 'Name',
      price: 'Price, lowest first',
      'price-down': 'Price, highest first',
    },
    sortButton: 'Sort',
    empty: 'There is nothing in this category now.',
    pages: 'Pages',
    page: (page: number, last: number) => `Page ${page} of ${last}`,
    pageTitle: (title: string, page: number) => `${title}, page ${page}`,
    previous: 'Previous',
    next: 'Next',
    breadcrumb: 'You are here',
    home: 'Home',
  },
  product: {
    from: (price: string) => `from ${price}`,
    formerPrice: 'Former price',
    price: 'Price',
    includingTax: 'incl. VAT, plus shipping',
    excludingTax: 'excl. VAT, plus shipping',
    choose: 'Choose a version',
    available: 'In stock',
    soldOut: 'Sold out',
    allSoldOut: 'This is sold out at present.',
    quantity: 'Quantity',
    addToCart: 'Add to cart',
    description: 'Description',
    details: 'Details',
    articleNumber: 'Article number',
    pictures: 'Pictures',
    noPicture: 'No picture',
  },
  search: {
    title: 'Search',
    titleFor: (text: string) => `Search: ${text}`,
    found: (count: number, text: string) => `${products(count)} for “${text}”`,
    results: 'Results',
    none: (text: string) => `Nothing was found for “${text}”.`,
    advice: 'Try fewer or other words, or look through the categories.',
    ask: 'Type what you are looking for.',
    forgotten: 'What you search for is not kept anywhere.',
  },
  imprint: {
    title: 'Imprint',
    shop: 'Shop',
    address: 'On the web',
    postalAddress: 'Address',
    contact: 'E-mail',
    phone: 'Phone',
    controller: 'The shop named here is the controller for all data that it processes.',
    security: 'Found a weakness?',
    securityLink: 'How to report it',
  },
  security: {
    title: 'Reporting a weakness',
    lead: 'If you have found a way to make this shop break its word, please tell us first.',
    how: 'Write to',
    asks: [
      'Say what you did and what happened, step by step.',
      'Stop at the proof: do not look at, change or keep anyone’s data.',
      'Give us a fair time to mend it before you tell others.',
    ],
    promise:
      'We answer, tell you when it is mended, and take no legal action against anyone who keeps to these points.',
  },
}
