/**
 * Every text of every page, in English. A section a file in `en/`; another language is an object of the same type.
 */

import { account } from './en/account.ts'
import { addresses } from './en/addresses.ts'
import { backoffice } from './en/backoffice.ts'
import { books } from './en/books.ts'
import { checkout } from './en/checkout.ts'
import { data } from './en/data.ts'
import { factors } from './en/factors.ts'
import { form } from './en/form.ts'
import { frame } from './en/frame.ts'
import { ownOrders } from './en/own-orders.ts'
import { papers } from './en/papers.ts'
import { problem } from './en/problem.ts'
import { requests } from './en/requests.ts'
import { retention } from './en/retention.ts'
import { revisions } from './en/revisions.ts'
import { rights } from './en/rights.ts'
import { shelves } from './en/shelves.ts'
import { transparency } from './en/transparency.ts'

export const en = {
  frame,
  problem,
  form,
  shelves,
  books,
  checkout,
  data,
  factors,
  addresses,
  ownOrders,
  account,
  papers,
  requests,
  retention,
  rights,
  revisions,
  transparency,
  backoffice,
}

/** What each language must have. */
export type Words = typeof en
