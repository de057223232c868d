/**
 * The store, put together: what the policy governs, the catalogue, the parties, and the pages over them.
 *
 * Where low must reach high (the gateway must know whether an order is open) the high folder's function is handed down
 * here. `main.ts` starts it, tests and benchmarks start the same.
 */

import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { conditionsOf } from './_conditions.ts'
import { holdingsOf } from './_holdings.ts'
import { type Access, type Parties, partiesOf } from './_parties.ts'
import { navigationOver } from './backoffice/navigation.ts'
import type { BackOffice } from './backoffice/office.ts'
import { registerBackOffice } from './backoffice/routes.ts'
import { finishRestore } from './backup/finish.ts'
import type { Clock } from './base/clock.ts'
import type { Database, Transaction } from './base/database.ts'
import type { Id } from './base/ids.ts'
import type { Log } from './base/log.ts'
import { type Catalogue, openCatalogue } from './catalogue/catalogue.ts'
import type { Checkout } from './checkout/place.ts'
import type { Config } from './config/config.ts'
import { tellBy } from './customers/account-notice.ts'
import { removeAgain } from './customers/addresses.ts'
import { endCodesAgain } from './customers/factor.ts'
import { secureAgain } from './customers/secured.ts'
import { takeOutAgain } from './orders/belonging.ts'
import { askForCorrectionsAgain } from './orders/correction.ts'
import { announceWaiting } from './orders/data-link.ts'
import { contentOf } from './orders/disclosures.ts'
import { destroyAgain } from './paper/destruction.ts'
import type { Payments } from './payments/payment.ts'
import { cancelOrder, requestRefund } from './payments/refund.ts'
import { settleRefund } from './payments/unclear-refund.ts'
import { type Ending, openEndings } from './privacy/endings.ts'
import { type Erasing, endRequested } from './privacy/erasure.ts'
import { noticeErasure } from './privacy/erasure-notice.ts'
import type { Gateway } from './privacy/gateway.ts'
import type { Generations } from './privacy/generations.ts'
import type { Known } from './privacy/holdings.ts'
import { openKeys } from './privacy/keys.ts'
import { policy } from './privacy/policy.ts'
import { openRevisions } from './privacy/publication.ts'
import { type Retaining, runRetention } from './privacy/retention.ts'
import { openRootKey } from './privacy/root-keys/root-key.ts'
import { checkHead, openTree, type Tree } from './privacy/sequencer.ts'
import { trustClock } from './privacy/steady-time.ts'
import { openVault } from './privacy/vault.ts'
import { openShippingRates } from './shipping/rates.ts'
import { checkNotBooking, requestShipment, type Shipping } from './shipping/shipment.ts'
import { restoreStaff } from './staff/restored.ts'
import {
  accountRoutes,
  counterRoutes,
  dataRoutes,
  policyRoutes,
  shelfRoutes,
} from './storefront/routes.ts'
import { loadAssets } from './web/assets.ts'
import { openPageCache } from './web/cached.ts'
import { securityHeaders } from './web/headers.ts'
import { ledgerResources } from './web/ledger.ts'
import { openServer, type ServerOptions } from './web/server.ts'
import type { Shop } from './web/shop.ts'
import { en } from './web/words/en.ts'
import { webhookRoutes } from './webhooks/webhooks.ts'

export type StoreOptions = {
  readonly config: Config
  readonly database: Database
  readonly access: Access
  readonly clock: Clock
  readonly log: Log
  /** The folder of the program: `public/`, `demo/`, `migrations/` lie in it. */
  readonly root: string
  readonly production: boolean
  readonly tls?: ServerOptions['tls']
}

export type Store = {
  readonly gateway: Gateway
  /** The generations of its keys; `jobs/turning.ts` turns them. */
  readonly generations: Generations
  /** The tree over the ledger; `jobs/sequencing.ts` lets it grow. */
  readonly ledger: Tree
  readonly catalogue: Catalogue
  readonly payments: Payments
  readonly shipping: Shipping
  readonly checkout: Checkout
  readonly parties: Parties
  /** The map of what is held about a person, and what it takes to end it. */
  readonly erasing: Erasing
  readonly retaining: Retaining
  /** Listens nowhere yet. */
  readonly server: FastifyInstance
}

/** Opens a store over a migrated database. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { config, database, access, clock, log } = options
  const { shop, backupHorizonDays } = config
  const revisions = await openRevisions(database, clock)
  const [root, catalogue, rates, assets] = await Promise.all([
    openRootKey(config.rootKey, clock),
    openCatalogue(database, shop.currency),
    openShippingRates(database),
    loadAssets(join(options.root, 'public')),
  ])
  const folder = join(config.dataFolder, 'keys')
  const keys = await openKeys(database, root, folder, clock)
  const endings = openEndings(folder, clock, backupHorizonDays)
  const parties = partiesOf(config, access)
  const gateway: Gateway = {
    database,
    vault: openVault(keys, endings),
    clock,
    earlier: revisions.slice(0, -1).map(({ table }) => table),
    companies: parties.companies,
    conditions: conditionsOf(shop.country),
    contentOf,
    alarm: (stopped) => log('egress stopped', stopped),
  }
  const erasing = {
    ...{ database, clock, endings, vault: gateway.vault, holdings: holdingsOf(gateway.vault) },
    backupHorizonDays,
    tell: (tx: Transaction, known: readonly Known[], mailbox?: Id) =>
      noticeErasure(gateway, tx, known, mailbox),
  }
  const retaining = { erasing, contactMonths: config.contactMonths }
  const generations = { database, clock, keys, root, folder, backupHorizonDays }
  await finishRestore({ generations, ...afterRestore(gateway, erasing, retaining) })
  const ledger = await openTree(database, root, folder, config.publicUrl.host)
  await checkHead(ledger)
  const payments = { gateway, processor: parties.processor, urls: returnUrls(config) }
  const carriers = [parties.carrier]
  const shipping = { database, gateway, clock, rates, carriers, shopCountry: shop.country }
  const checkout = { pricing: pricingOf(options, catalogue, rates), payments }
  const pages = shopPages(options, gateway, catalogue, assets)
  const { server, frame } = pages
  shelfRoutes(server, { ...pages, catalogue })
  const { companies } = parties
  policyRoutes(server, { ...pages, catalogue }, { companies, revisions, database })
  counterRoutes(server, { frame, checkout })
  const desk = { frame, gateway, erasing, contactMonths: config.contactMonths }
  dataRoutes(server, desk, log)
  accountRoutes(server, desk, log)
  registerBackOffice(server, {
    ...{ frame, gateway, erasing, contactMonths: config.contactMonths },
    ...deedsOf(shipping, payments),
  })
  webhookRoutes(server, { payments, shipping, log })
  ledgerResources(server, ledger)
  return {
    gateway,
    generations,
    ledger,
    catalogue,
    payments,
    shipping,
    checkout,
    parties,
    erasing,
    retaining,
    server,
  }
}

/** What a restored store does before it opens. Whoever restores has looked at the clock: what is over ends too. */
function afterRestore(gateway: Gateway, erasing: Erasing, retaining: Retaining) {
  return {
    erasing,
    tellWaiting: (tx: Transaction, subject: Id) => announceWaiting(gateway, tx, subject),
    destroyAgain: (noted: readonly Ending[]) => destroyAgain(gateway, noted),
    askAgain: (noted: readonly Ending[]) => askForCorrectionsAgain(gateway, noted),
    async secureAgain(noted: readonly Ending[]) {
      await secureAgain(gateway, noted, tellBy(gateway))
      await endCodesAgain(gateway, noted, tellBy(gateway))
      await removeAgain(gateway, noted)
      await restoreStaff(gateway, noted)
      await takeOutAgain(gateway.database, noted)
    },
    async retention() {
      await endRequested(erasing)
      await trustClock(erasing.database, erasing.clock)
      await runRetention(retaining, 'a restore')
    },
  }
}

type Deeds = Pick<BackOffice, 'requestShipment' | 'requestRefund' | 'settleRefund' | 'cancelOrder'>

/** What staff do to an order, for pages that know neither carrier nor processor. */
function deedsOf(shipping: Shipping, payments: Payments): Deeds {
  return {
    requestShipment: (orderId, by) => requestShipment(shipping, orderId, by),
    requestRefund: (asked) => requestRefund(payments, asked),
    settleRefund: (settled) => settleRefund(payments, settled),
    cancelOrder: (asked) =>
      cancelOrder(payments, asked, (tx) => checkNotBooking(tx, asked.orderId)),
  }
}

function shopPages(
  options: StoreOptions,
  gateway: Gateway,
  catalogue: Catalogue,
  assets: Awaited<ReturnType<typeof loadAssets>>,
) {
  const { config, clock, log, production } = options
  const shop = shopOf(config)
  const categories = () => catalogue.categories().filter(({ parent }) => parent === null)
  const frame = { shop, words: en, assets, categories }
  const pictures = join(config.dataFolder, 'pictures')
  const policyDate = policy.lastUpdate
  return {
    frame,
    pages: openPageCache({ headers: securityHeaders(shop), version: () => catalogue.version }),
    server: openServer({
      ...{ frame, clock, policyDate, pictures, production, log },
      navigationOf: navigationOver(gateway),
      tls: options.tls ?? null,
      behindProxy: config.tlsProxy,
    }),
  }
}

function pricingOf(
  { config, clock }: StoreOptions,
  catalogue: Catalogue,
  shipping: Awaited<ReturnType<typeof openShippingRates>>,
) {
  const { currency, country: shopCountry, pricesIncludeTax } = config.shop
  return { catalogue, shipping, clock, currency, shopCountry, pricesIncludeTax }
}

function returnUrls({ publicUrl }: Config) {
  return {
    paid: new URL('checkout/return', publicUrl).href,
    cancelled: new URL('checkout/cancelled', publicUrl).href,
  }
}

function shopOf({ shop, publicUrl, outside }: Config): Shop {
  const { name, currency, country, email: contactEmail } = shop
  const demonstration = outside.kind === 'demonstration'
  return {
    name,
    publicUrl,
    currency,
    country,
    language: 'en',
    demonstration,
    contactEmail,
    phone: shop.phone,
    address: [shop.street, `${shop.postalCode} ${shop.city}`.trim()].filter((line) => line !== ''),
    pricesIncludeTax: shop.pricesIncludeTax,
    promisesDntPolicy: shop.promisesDntPolicy,
  }
}
