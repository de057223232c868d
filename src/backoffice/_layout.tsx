/**
 * The back office's layout: its own navigation with the search for orders, in the shop's document.
 */

import type { ComponentChild, ComponentChildren } from 'preact'
import { may, maySearchBy, SEARCHED } from '../staff/roles.ts'
import type { SignedIn } from '../staff/session.ts'
import { type Head, page } from '../web/layout.tsx'
import type { BackOffice } from './office.ts'

/** What was typed into the search, while it is wrong. */
export type Searched = { readonly typed: string; readonly isWrong: boolean }

type Framed = Pick<BackOffice, 'frame' | 'clockHold'>

type OfficeHead = Pick<Head, 'title' | 'hasErrors' | 'path'> & { readonly searched?: Searched }

/** A page of the back office; without a member of staff that of the sign-in. */
export function officePage(
  office: Framed,
  staff: SignedIn | undefined,
  { searched, ...head }: OfficeHead,
  content: ComponentChildren,
): string {
  const navigation = officeNavigation(office, staff, { searched, path: head.path })
  return page(office.frame, { ...head, unlisted: true, navigation }, content)
}

/** What stands over each page of the back office; to whoever is not signed in it says its name. */
export function officeNavigation(
  { frame, clockHold }: Framed,
  staff: SignedIn | undefined,
  { searched, path }: Partial<Pick<NavigationProps, 'searched' | 'path'>> = {},
): ComponentChild {
  if (staff === undefined) {
    return (
      <header class="header">
        <div class="header-bar">
          <Brand frame={frame} />
        </div>
      </header>
    )
  }
  return (
    <>
      {clockHold !== undefined && path !== RETENTION && <Held frame={frame} />}
      <Navigation {...{ frame, staff, searched, path }} />
    </>
  )
}

/** The page that says it at length. */
const RETENTION = '/admin/retention'

function Held({ frame }: { readonly frame: BackOffice['frame'] }) {
  const { retention: words } = frame.words
  return (
    <aside class="banner" aria-label={words.title}>
      <strong>{words.held}.</strong> <a href={RETENTION}>{words.heldLink}</a>
    </aside>
  )
}

type NavigationProps = {
  readonly frame: BackOffice['frame']
  readonly staff: SignedIn
  readonly searched: Searched | undefined
  readonly path: string | undefined
}

function Navigation({ frame, staff, searched, path }: NavigationProps) {
  const { frame: words } = frame.words.backoffice
  const places = [
    { url: '/admin/orders', name: words.orders, shown: may(staff.roles, 'see orders') },
    {
      url: '/admin/requests',
      name: words.requests,
      shown: may(staff.roles, 'answer requests'),
    },
    { url: '/admin/papers', name: words.papers, shown: may(staff.roles, 'keep papers') },
    { url: '/admin/books', name: words.books, shown: may(staff.roles, 'see the books') },
    { url: RETENTION, name: words.retention, shown: may(staff.roles, 'see retention') },
    { url: '/admin/staff', name: words.staff, shown: may(staff.roles, 'manage staff') },
    { url: '/admin/password', name: words.password, shown: true },
  ]
  return (
    <header class="header">
      <div class="header-bar">
        <Brand frame={frame} />
        <Search {...{ frame, staff, searched }} />
        <form action="/admin/session/end" method="post">
          <span class="small quiet">
            <span class="unseen">{words.signedInAs}</span> {staff.login}{' '}
          </span>
          <button class="button-quiet" type="submit">
            {words.signOut}
          </button>
        </form>
      </div>
      <nav class="categories" aria-label={words.navigation}>
        <ul>
          {places
            .filter(({ shown }) => shown)
            .map(({ url, name }) => (
              <li key={url}>
                <a href={url} aria-current={url === path ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
        </ul>
      </nav>
    </header>
  )
}

function Brand({ frame }: { readonly frame: BackOffice['frame'] }) {
  return (
    <a class="brand" href="/admin/orders">
      {frame.words.backoffice.frame.name(frame.shop.name)}
    </a>
  )
}

/** Sent as a form, so that what is searched for is in no address, history or log. */
function Search({ frame, staff, searched }: Omit<NavigationProps, 'path'>) {
  const { orders: words } = frame.words.backoffice
  const byPerson = SEARCHED.some((field) => maySearchBy(staff.roles, field))
  return (
    <search>
      <form class="search" action="/admin/search" method="post" autocomplete="off">
        <label class="unseen" for="q">
          {words.searchLabel}
        </label>
        <input
          id="q"
          name="q"
          type="search"
          maxLength={254}
          value={searched?.typed ?? ''}
          placeholder={byPerson ? words.searchHint.person : words.searchHint.number}
          aria-invalid={searched?.isWrong ? 'true' : undefined}
        />
        <button class="button-quiet" type="submit">
          {words.searchButton}
        </button>
      </form>
    </search>
  )
}
