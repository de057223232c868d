/**
 * The layout: a whole HTML document around a page's content.
 *
 * C1, C7: the header holds no count of the cart and no greeting, so a page without a person is the same for everyone.
 * C6: all that a page loads comes from `public/`.
 */

import type { ComponentChild, ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Frame } from './frame.ts'

export type Head = {
  readonly title: string
  readonly description?: string
  /** The page has a form with errors: its title says so first. */
  readonly hasErrors?: boolean
  /** The path that the header marks as the present one. */
  readonly path?: string
  /** What was searched for, to stay in the header's field. */
  readonly searched?: string
  /** Keeps search engines from listing the page. */
  readonly unlisted?: boolean
  /**
   * Goes on to another URL at once. For the way to a payment processor: browsers hold a redirect that answers a form
   * to the policy's `form-action 'self'`, but not this.
   */
  readonly goesOnTo?: string
  /** A script of `public/` for this page alone, beside that of every page. */
  readonly script?: string
  /** Pages of the staff have a navigation of their own in place of the shop's. */
  readonly navigation?: ComponentChild
}

/** The page as text, from its doctype on. */
export function page(frame: Frame, head: Head, content: ComponentChildren): string {
  const { shop, words, assets } = frame
  const title = head.hasErrors === true ? words.form.errorTitle(head.title) : head.title
  return `<!doctype html>${renderToString(
    <html lang={shop.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – ${shop.name}`}</title>
        {head.description && <meta name="description" content={head.description} />}
        {head.unlisted && <meta name="robots" content="noindex" />}
        {head.goesOnTo && <meta http-equiv="refresh" content={`0; url=${head.goesOnTo}`} />}
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={assets.url('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url('store.css')} />
        <script src={assets.url('store.js')} defer />
        {head.script && <script src={assets.url(head.script)} defer />}
      </head>
      <body>
        <a class="skip" href="#content">
          {words.frame.skipToContent}
        </a>
        {shop.demonstration && (
          <aside class="banner" aria-label={words.frame.demonstrationLabel}>
            {words.frame.demonstration}
          </aside>
        )}
        {head.navigation ?? <ShopHeader frame={frame} head={head} />}
        <main id="content">{content}</main>
        <Footer frame={frame} />
      </body>
    </html>,
  )}`
}

function ShopHeader({ frame, head }: { readonly frame: Frame; readonly head: Head }) {
  const { shop, words } = frame
  const here = (path: string) => (path === head.path ? 'page' : undefined)
  return (
    <header class="header">
      <div class="header-bar">
        <a class="brand" href="/">
          {shop.name}
        </a>
        <search>
          <form class="search" action="/search" method="get">
            <label class="unseen" for="q">
              {words.frame.searchLabel}
            </label>
            <input id="q" name="q" type="search" maxLength={200} value={head.searched ?? ''} />
            <button class="button-quiet" type="submit">
              {words.frame.searchButton}
            </button>
          </form>
        </search>
        <div class="header-links">
          <a href="/account" aria-current={here('/account')}>
            {words.frame.account}
          </a>
          <a href="/cart" aria-current={here('/cart')}>
            {words.frame.cart}
          </a>
        </div>
      </div>
      <nav class="categories" aria-label={words.frame.shopNavigation}>
        <ul>
          {frame.categories().map(({ slug, name }) => (
            <li key={slug}>
              <a href={`/categories/${slug}`} aria-current={here(`/categories/${slug}`)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
}

function Footer({ frame: { words } }: { readonly frame: Frame }) {
  return (
    <footer class="footer">
      <nav aria-label={words.frame.footerNavigation}>
        <ul>
          <li>
            <a href="/privacy">{words.frame.privacy}</a>
          </li>
          <li>
            <a href="/privacy/data">{words.frame.ownData}</a>
          </li>
          <li>
            <a href="/imprint">{words.frame.imprint}</a>
          </li>
        </ul>
      </nav>
    </footer>
  )
}
