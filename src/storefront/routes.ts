/**
 * Every address of the storefront, on one page.
 */

import type { FastifyInstance } from 'fastify'
import type { Queries } from '../base/database.ts'
import type { Log } from '../base/log.ts'
import { openAddresses } from '../credentials/attempts.ts'
import { openSignIn } from '../customers/sign-in.ts'
import type { Company } from '../privacy/gateway.ts'
import type { StoredRevision } from '../privacy/revision.ts'
import * as addresses from './account/addresses/actions.ts'
import { byAccount } from './account/data-door.ts'
import type { AccountDesk } from './account/desk.ts'
import * as email from './account/email/actions.ts'
import * as factor from './account/factor/actions.ts'
import * as newPassword from './account/new-password/actions.ts'
import * as orders from './account/orders/actions.ts'
import * as removal from './account/orders/removal.tsx'
import * as overview from './account/overview/actions.ts'
import * as passkeySignIn from './account/passkey-sign-in/actions.ts'
import * as passkeys from './account/passkeys/actions.ts'
import * as password from './account/password/actions.ts'
import * as proof from './account/proof/actions.ts'
import * as secondStep from './account/second-step/actions.ts'
import * as sessions from './account/sessions/actions.ts'
import * as signIn from './account/sign-in/actions.ts'
import * as signUp from './account/sign-up/actions.ts'
import { visited } from './account/visit.ts'
import { openAfterwards } from './afterwards.ts'
import { addLine, changeLine, showCart } from './cart/actions.ts'
import { showCategory } from './category/actions.ts'
import { placeOrder, showCheckout } from './checkout/actions.ts'
import { comeBack, comeBackUnpaid, endUnpaid } from './checkout/coming-back.ts'
import type { Counter } from './counter.ts'
import { showDeletion, takeDeletionBack } from './deletion/actions.ts'
import { eraseAll, showErasure } from './erasure/actions.ts'
import { showHome } from './home/actions.ts'
import { showImprint } from './imprint/actions.ts'
import { showOrder } from './order/actions.ts'
import {
  askForLink,
  downloadCsv,
  downloadJson,
  downloadPdf,
  showAsk,
  showData,
} from './own-data/actions.ts'
import type { DataDesk } from './own-data/desk.ts'
import { byLink, type OpenDesk } from './own-data/owner.ts'
import { showPrivacy } from './privacy/actions.ts'
import { showProduct } from './product/actions.ts'
import { downloadReceipt, downloadReceiptPdf, showReceipt } from './receipt/actions.ts'
import { showRevisions } from './revisions/actions.ts'
import { correct, liftOnPage, liftUse, restrictUse, showRights } from './rights/actions.ts'
import { showSearch } from './search/actions.ts'
import { showSecurity } from './security/actions.ts'
import type { Shelves } from './shelves.ts'
import { sendTransparency, showTransparency } from './transparency/actions.ts'

/** Answers that are the same for everyone need no line in the log. */
const STILL = { config: { quiet: true } }

/** Pages that no person is in: the same for everyone, from memory. */
export function shelfRoutes(server: FastifyInstance, shelves: Shelves): void {
  server.get('/', STILL, showHome(shelves))
  server.get('/categories/:slug', STILL, showCategory(shelves))
  server.get('/products/:slug', STILL, showProduct(shelves))
  server.get('/search', showSearch(shelves))
  server.get('/imprint', STILL, showImprint(shelves))
  server.get('/security', STILL, showSecurity(shelves))
}

/** From the first article in a cart to the order's own page. */
export function counterRoutes(server: FastifyInstance, counter: Counter): void {
  server.get('/cart', showCart(counter))
  server.post('/cart/lines', addLine(counter))
  server.post('/cart/lines/:variant', changeLine(counter))
  server.get('/checkout', showCheckout(counter))
  server.post('/checkout', placeOrder(counter))
  server.get('/checkout/return', comeBack(counter))
  server.get('/checkout/cancelled', comeBackUnpaid(counter))
  server.post('/checkout/cancelled', endUnpaid(counter))
  server.get('/orders/:token', showOrder(counter))
}

type PolicyShelf = {
  readonly companies: readonly Company[]
  /** Oldest first. */
  readonly revisions: readonly StoredRevision[]
  readonly database: Queries
}

/** What the shop says of its policy to everyone. */
export function policyRoutes(
  server: FastifyInstance,
  shelves: Shelves,
  { companies, revisions, database }: PolicyShelf,
): void {
  server.get('/privacy', STILL, showPrivacy(shelves, companies))
  server.get('/privacy/revisions', STILL, showRevisions(shelves, revisions))
  server.get('/privacy/transparency', STILL, showTransparency(shelves, database))
  server.get('/privacy/transparency.json', STILL, sendTransparency(database))
}

/** An account: the way into it, and the pages of whoever is signed in. */
export function accountRoutes(server: FastifyInstance, parts: DataDesk, log: Log): void {
  const { gateway } = parts
  const desk: AccountDesk = {
    ...parts,
    entry: openSignIn(gateway),
    asking: openAddresses(gateway.clock),
    afterwards: openAfterwards(server, log),
  }
  server.get('/account/sign-up', signUp.showSignUp(desk))
  server.post('/account/sign-up', signUp.askForLink(desk))
  server.get('/account/password/:token', newPassword.showNewPassword(desk))
  server.post('/account/password/:token', newPassword.chooseNewPassword(desk))
  server.get('/account/sign-in', signIn.showSignIn(desk))
  server.post('/account/sign-in', signIn.enterAccount(desk))
  server.post('/account/sign-in/code', secondStep.enterCode(desk))
  server.post('/account/sign-in/passkey', passkeySignIn.askForPasskey(desk))
  server.post('/account/sign-in/passkey/answer', passkeySignIn.takePasskey(desk))
  server.post('/account/sign-out', signIn.leaveAccount(desk))
  server.get('/account', visited(desk, overview.showOverview))
  server.get('/account/password', visited(desk, password.showPassword))
  server.post('/account/password', visited(desk, password.choosePassword))
  server.get('/account/factor', visited(desk, factor.showFactor))
  server.post('/account/factor/setup', visited(desk, factor.setUp))
  server.post('/account/factor', visited(desk, factor.confirm))
  server.post('/account/factor/end', visited(desk, factor.endFactor))
  server.get('/account/factor/codes', visited(desk, factor.showCodes))
  server.post('/account/factor/codes', visited(desk, factor.renew))
  server.get('/account/passkeys', visited(desk, passkeys.showPasskeys))
  server.post('/account/passkeys/invitation', visited(desk, passkeys.invite))
  server.post('/account/passkeys', visited(desk, passkeys.add))
  server.post('/account/passkeys/:passkey/end', visited(desk, passkeys.remove))
  server.post('/account/sessions/:session/end', visited(desk, sessions.endOne))
  server.post('/account/sessions/end', visited(desk, sessions.endOthers))
  emailRoutes(server, desk)
  addressRoutes(server, desk)
  orderRoutes(server, desk)
  server.get('/account/proof', visited(desk, proof.showProof))
  server.post('/account/proof', visited(desk, proof.prove))
  ownDataRoutes(server, '/account/data', { ...parts, door: byAccount(desk) })
}

function emailRoutes(server: FastifyInstance, desk: AccountDesk): void {
  server.get('/account/email', visited(desk, email.showEmail))
  server.post('/account/email', visited(desk, email.askForLink))
  server.post('/account/email/end', visited(desk, email.takeBack))
  server.get('/account/email/:token', visited(desk, email.showLink))
  server.post('/account/email/:token', visited(desk, email.confirm))
}

function addressRoutes(server: FastifyInstance, desk: AccountDesk): void {
  server.get('/account/addresses', visited(desk, addresses.showAddresses))
  server.post('/account/addresses', visited(desk, addresses.add))
  server.get('/account/addresses/new', visited(desk, addresses.showNew))
  server.get('/account/addresses/:id', visited(desk, addresses.showOne))
  server.post('/account/addresses/:id', visited(desk, addresses.change))
  server.post('/account/addresses/:id/default', visited(desk, addresses.choose))
  server.post('/account/addresses/:id/removal', visited(desk, addresses.takeOut))
}

function orderRoutes(server: FastifyInstance, desk: AccountDesk): void {
  server.get('/account/orders', visited(desk, orders.showOrders))
  server.get('/account/orders/:number/removal', visited(desk, removal.showRemoval))
  server.post('/account/orders/:number/removal', visited(desk, removal.takeOut))
  server.post('/account/orders/join', visited(desk, orders.askForLink))
  server.post('/orders/:token/account', visited(desk, orders.askOnPage))
  server.get('/account/orders/join/:token', visited(desk, orders.showJoining))
  server.post('/account/orders/join/:token', visited(desk, orders.joinAccount))
}

/** A person's own data: by a link to their e-mail address, and to nobody else. */
export function dataRoutes(server: FastifyInstance, desk: DataDesk, log: Log): void {
  server.get('/privacy/data', showAsk(desk))
  server.post('/privacy/data', askForLink(desk, openAfterwards(server, log)))
  ownDataRoutes(server, '/privacy/data/:token', { ...desk, door: byLink(desk) })
  server.post('/orders/:token/restriction/end', liftOnPage(desk))
  server.get('/privacy/deletions/:token', showDeletion(desk))
  server.post('/privacy/deletions/:token', takeDeletionBack(desk))
  server.get('/privacy/receipts/:token', showReceipt(desk))
  server.get('/privacy/receipts/:token.json', downloadReceipt(desk))
  server.get('/privacy/receipts/:token.pdf', downloadReceiptPdf(desk))
}

/** The same pages behind each door. */
function ownDataRoutes(server: FastifyInstance, place: string, desk: OpenDesk): void {
  server.get(place, showData(desk))
  server.get(`${place}.json`, downloadJson(desk))
  server.get(`${place}.csv`, downloadCsv(desk))
  server.get(`${place}.pdf`, downloadPdf(desk))
  server.get(`${place}/erasure`, showErasure(desk))
  server.post(`${place}/erasure`, eraseAll(desk))
  const order = `${place}/orders/:number`
  server.get(order, showRights(desk))
  server.post(`${order}/correction`, correct(desk))
  server.post(`${order}/restriction`, restrictUse(desk))
  server.post(`${order}/restriction/end`, liftUse(desk))
}
