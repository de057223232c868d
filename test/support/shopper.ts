/**
 * A shopper without JavaScript: follows links, fills in forms, carries the store's cookies, as a browser would.
 */

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly url: URL
  readonly text: string
}

export type Fields = Readonly<Record<string, string>>

export interface Shopper {
  readonly cookies: ReadonlyMap<string, string>
  /** Every `Set-Cookie` line of the store, as it came. */
  readonly given: readonly string[]
  /** Follows redirects within a site. */
  get(path: string | URL): Promise<Answer>
  post(path: string | URL, fields: Fields): Promise<Answer>
}

const MOST_REDIRECTS = 5

export function shopperAt(store: URL, carried: Fields = {}): Shopper {
  const cookies = new Map(Object.entries(carried))
  const given: string[] = []

  async function ask(url: URL, init: RequestInit, redirects = 0): Promise<Answer> {
    const isStore = url.origin === store.origin
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers: Record<string, string> = { ...(isStore && cookie !== '' ? { cookie } : {}) }
    if (init.method === 'POST') {
      headers.origin = url.origin
      headers['content-type'] = 'application/x-www-form-urlencoded'
    }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    if (isStore) given.push(...response.headers.getSetCookie())
    if (isStore) keep(cookies, response)
    const text = await response.text()
    const { status, headers: answered } = response
    const location = answered.get('location')
    if (location === null || redirects > MOST_REDIRECTS) {
      return { status, headers: answered, url, text }
    }
    return ask(new URL(location, url), { method: 'GET' }, redirects + 1)
  }

  return {
    cookies,
    given,
    get: (path) => ask(new URL(path, store), { method: 'GET' }),
    post: (path, fields) =>
      ask(new URL(path, store), { method: 'POST', body: new URLSearchParams(fields).toString() }),
  }
}

/** The values of a page's fields, hidden ones included, by name; of radio buttons the chosen one. */
export function fieldsOf(html: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name')
    if (name === undefined) continue
    if (attribute(tag, 'type') === 'radio' && !/\bchecked\b/.test(tag)) continue
    fields[name] = attribute(tag, 'value') ?? ''
  }
  return fields
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')
}

function keep(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1)
    const [name = '', value = ''] = pair.split('=', 2)
    if (/Max-Age=0\b/.test(line)) cookies.delete(name)
    else cookies.set(name, value)
  }
}
