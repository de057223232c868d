/**
 * The imprint: who runs the shop, and how to reach them. The tracking status resource names it as the controller.
 */

import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'

export function imprintPage(frame: Frame): string {
  const { shop, words } = frame
  const { imprint } = words.shelves
  const country = new Intl.DisplayNames(shop.language, { type: 'region' }).of(shop.country)
  return page(
    frame,
    { title: imprint.title, path: '/imprint' },
    <>
      <h1>{imprint.title}</h1>
      <dl class="facts">
        <dt>{imprint.shop}</dt>
        <dd>{shop.name}</dd>
        <dt>{imprint.postalAddress}</dt>
        <dd>
          {shop.address.map((line) => (
            <>
              {line}
              <br />
            </>
          ))}
          {country}
        </dd>
        <dt>{imprint.address}</dt>
        <dd>{shop.publicUrl.origin}</dd>
        <dt>{imprint.contact}</dt>
        <dd>
          <a href={`mailto:${shop.contactEmail}`}>{shop.contactEmail}</a>
        </dd>
        {shop.phone !== '' && (
          <>
            <dt>{imprint.phone}</dt>
            <dd>{shop.phone}</dd>
          </>
        )}
      </dl>
      <p>{imprint.controller}</p>
      <p>
        {imprint.security} <a href="/security">{imprint.securityLink}</a>
      </p>
    </>,
  )
}
