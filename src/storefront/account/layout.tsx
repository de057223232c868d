/** The layout of an account's pages: its menu, in one place, beside what the page is about. */

import type { ComponentChildren } from 'preact'
import type { Frame } from '../../web/frame.ts'
import { type Head, page } from '../../web/layout.tsx'

type AccountHead = Pick<Head, 'title' | 'hasErrors' | 'script'> & {
  /** The page's own path, which the menu marks as the present one. */
  readonly path: string
}

export function accountPage(
  frame: Frame,
  { path, ...head }: AccountHead,
  content: ComponentChildren,
): string {
  return page(
    frame,
    { ...head, path: '/account', unlisted: true },
    <div class="account">
      <Menu frame={frame} path={path} />
      <div>{content}</div>
    </div>,
  )
}

function Menu({ frame, path }: { readonly frame: Frame; readonly path: string }) {
  const { menu: words } = frame.words.account
  const places = [
    { url: '/account', name: words.overview },
    { url: '/account/orders', name: words.orders },
    { url: '/account/addresses', name: words.addresses },
    { url: '/account/password', name: words.password },
    { url: '/account/factor', name: words.factor },
    { url: '/account/passkeys', name: words.passkeys },
    { url: '/account/data', name: words.data },
  ]
  return (
    <nav class="account-menu" aria-label={words.title}>
      <ul>
        {places.map(({ url, name }) => (
          <li key={url}>
            <a href={url} aria-current={url === path ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
        <li>
          <form action="/account/sign-out" method="post">
            <button class="link" type="submit">
              {words.signOut}
            </button>
          </form>
        </li>
      </ul>
    </nav>
  )
}
