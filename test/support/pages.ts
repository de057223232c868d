/**
 * The pages of a test's store that anybody can reach, found by following the links on them.
 */

import type { TestStore } from './store.ts'

/** Each page's path with its HTML, in the order in which a visitor comes upon them. */
export async function pagesOf({
  url,
}: Pick<TestStore, 'url'>): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  const ahead = ['/']
  for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
    if (pages.has(path)) continue
    const answer = await fetch(new URL(path, url), { redirect: 'manual' })
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html')
    const html = await answer.text()
    if (!isPage) continue
    pages.set(path, html)
    ahead.push(...linksIn(html))
  }
  return pages
}

function linksIn(html: string): readonly string[] {
  return [...html.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)].map(([, path = '/']) =>
    path.replaceAll('&amp;', '&'),
  )
}
