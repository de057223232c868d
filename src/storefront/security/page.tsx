/**
 * How to report a weakness: the policy that `security.txt` (RFC 9116) names.
 */

import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'

export function securityPage(frame: Frame): string {
  const { shop, words } = frame
  const { security } = words.shelves
  return page(
    frame,
    { title: security.title, path: '/security' },
    <>
      <h1>{security.title}</h1>
      <p>{security.lead}</p>
      <p>
        {security.how} <a href={`mailto:${shop.contactEmail}`}>{shop.contactEmail}</a>
      </p>
      <ul>
        {security.asks.map((ask) => (
          <li key={ask}>{ask}</li>
        ))}
      </ul>
      <p>{security.promise}</p>
    </>,
  )
}
