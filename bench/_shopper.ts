/**
 * A shopper for load: buys one article, from its page to the order's own page that says it is paid, with the requests
 * that a browser without JavaScript sends, over connections that are kept.
 */

import { type Answer, type Connection, fieldOf, openConnection } from './_connection.ts'

export interface Shopper {
  /** @throws when any step answers otherwise than it should, or the order is not paid at the end. */
  buy(slug: string): Promise<void>
  close(): void
}

type Site = { readonly url: URL; readonly connection: Connection }

const CONTACT = {
  email: 'ada.lovelace@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  line1: '12 Analytical Row',
  postalCode: '1050',
  city: 'Copenhagen',
  phone: '+45 20 30 40 50',
}

export async function openShopper(storeUrl: URL): Promise<Shopper> {
  const store: Site = { url: storeUrl, connection: await openConnection(storeUrl) }
  let processor: Site | undefined
  const siteOf = async (url: URL): Promise<Site> => {
    if (url.origin === store.url.origin) return store
    processor ??= { url, connection: await openConnection(url) }
    return processor
  }
  return {
    buy: (slug) => buy(store, siteOf, slug),
    close() {
      store.connection.close()
      processor?.connection.close()
    },
  }
}

async function buy(store: Site, siteOf: (url: URL) => Promise<Site>, slug: string): Promise<void> {
  const cookies = new Map<string, string>()
  const product = await get(store, `/products/${slug}`, cookies)
  const variant = /name="variant"[^>]* value="([^"]+)"/.exec(product.body)?.[1] ?? ''
  const added = await post(store, '/cart/lines', { variant, quantity: '1' }, cookies)
  await get(store, locationOf(added), cookies)
  const checkout = await get(store, '/checkout?country=DK', cookies)
  const going = await post(store, '/checkout', { ...hiddenOf(checkout.body), ...CONTACT }, cookies)
  const pay = new URL(/content="0; url=([^"]+)"/.exec(going.body)?.[1] ?? unexpected(going))
  const processor = await siteOf(pay)
  const page = await get(processor, pay.pathname)
  const card = /name="card" value="([^"]+)"/.exec(page.body)?.[1] ?? unexpected(page)
  const paid = await post(processor, pay.pathname, { card })
  const back = await get(store, new URL(locationOf(paid)).pathname, cookies)
  const order = await get(store, locationOf(back), cookies)
  if (order.status !== 200 || !order.body.includes('<span class="badge">Paid</span>'))
    unexpected(order)
}

/** The fields of the checkout's form that the shop has filled in. */
function hiddenOf(html: string) {
  const given = (name: string) =>
    new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(html)?.[1] ?? ''
  return { country: given('country'), shown: given('shown'), method: given('method') }
}

function get(site: Site, path: string, cookies?: Map<string, string>): Promise<Answer> {
  return ask(site, `GET ${path} HTTP/1.1\r\n${fieldsFor(site, cookies)}\r\n`, cookies)
}

function post(
  site: Site,
  path: string,
  fields: Readonly<Record<string, string>>,
  cookies?: Map<string, string>,
): Promise<Answer> {
  const body = new URLSearchParams(fields).toString()
  const type = 'application/x-www-form-urlencoded'
  const head = `POST ${path} HTTP/1.1\r\n${fieldsFor(site, cookies)}Origin: ${site.url.origin}\r\n`
  const form = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  return ask(site, head + form, cookies)
}

async function ask(
  { connection }: Site,
  request: string,
  cookies: Map<string, string> | undefined,
): Promise<Answer> {
  const answer = await connection.ask(request)
  if (answer.status >= 400) unexpected(answer)
  if (cookies === undefined) return answer
  for (const [, name = '', value = ''] of answer.head.matchAll(/\r\nset-cookie: ([^=]+)=([^;]*)/gi))
    cookies.set(name, value)
  return answer
}

function fieldsFor({ url }: Site, cookies?: ReadonlyMap<string, string>): string {
  const host = `Host: ${url.host}\r\nAccept: text/html\r\n`
  if (cookies === undefined || cookies.size === 0) return host
  return `${host}Cookie: ${[...cookies].map(([name, value]) => `${name}=${value}`).join('; ')}\r\n`
}

function locationOf(answer: Answer): string {
  return fieldOf(answer.head, 'location') ?? unexpected(answer)
}

function unexpected({ status, body }: Answer): never {
  const said = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  throw new Error(`A step of the checkout was answered with ${status}: ${said.slice(0, 400)}`)
}
