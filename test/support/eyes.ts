/**
 * A browser's visitor with open eyes: what a page does beyond showing itself, and whether everybody can read it.
 *
 * C1: which cookies were set. C6, C7: which hosts were called. WCAG 2.2 AA: what axe finds; a page no wider than the
 * screen.
 */

import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { cookies } from '../../src/privacy/policy.ts'
import type { TestStore } from './store.ts'

export type Visitor = {
  readonly page: Page
  readonly context: BrowserContext
  /** Looks at the page that is open: on a telephone and on a desk. */
  readonly look: () => Promise<void>
  /** Fails when anything was wrong on any page so far. */
  readonly checkAll: () => Promise<void>
}

type Visiting = { readonly javaScript: boolean }

const TELEPHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What can differ on a wider screen; the rest is the same page. */
const LAYOUT_RULES = [
  'target-size',
  'scrollable-region-focusable',
  'th-has-data-cells',
  'empty-table-header',
]

/** An answer such as 422 is an error to the console, and none to us. */
const AN_ANSWER = /^Failed to load resource: the server responded with a status of 4\d\d/

export async function visit(
  browser: Browser,
  store: TestStore,
  { javaScript }: Visiting,
): Promise<Visitor> {
  const context = await browser.newContext({ javaScriptEnabled: javaScript, viewport: TELEPHONE })
  const page = await context.newPage()
  const wrong: string[] = []
  context.on('weberror', (error) => wrong.push(error.error().message))
  context.on('console', (message) => {
    const isOurs = message.type() === 'error' && !AN_ANSWER.test(message.text())
    if (isOurs) wrong.push(`${page.url()}: ${message.text()}`)
  })
  context.on('request', (request) => {
    if (isStray(request, store)) wrong.push(`${page.url()} calls ${request.url()}`)
  })
  return {
    page,
    context,
    async look() {
      for (const size of [DESK, TELEPHONE]) {
        await page.setViewportSize(size)
        wrong.push(...(await widthProblems(page, size.width)))
        // Axe is a script, and runs where scripts run.
        if (javaScript) wrong.push(...(await axeProblems(page, size === TELEPHONE)))
      }
    },
    async checkAll() {
      assert.deepEqual(wrong, [])
      for (const name of await cookieNames(context)) {
        assert.ok(Object.hasOwn(cookies, name), `cookie ${name} is not declared`)
      }
    },
  }
}

/** The title of the page that a click has led to: the click returns before it is read. */
export async function titled(page: Page, title: RegExp): Promise<void> {
  await page.waitForLoadState('domcontentloaded')
  assert.match(await page.title(), title)
}

export async function cookieNames(context: BrowserContext): Promise<readonly string[]> {
  return (await context.cookies()).map(({ name }) => name).sort()
}

/** Pages may load from their own host alone; only the visitor goes from one to another. */
function isStray(request: Request, { url, sandbox }: TestStore): boolean {
  if (request.url().startsWith('data:')) return false
  const { origin } = new URL(request.url())
  if (request.isNavigationRequest()) return origin !== url.origin && origin !== sandbox.origin
  return origin !== new URL(request.frame().url()).origin
}

async function widthProblems(page: Page, width: number): Promise<readonly string[]> {
  const needed = await page.evaluate('document.documentElement.scrollWidth')
  return needed === width ? [] : [`${page.url()} is ${needed} wide on ${width}`]
}

async function axeProblems(page: Page, whole: boolean): Promise<readonly string[]> {
  // The other mode opens a page of its own each time, for frames, which ours have not.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  if (whole) axe.withTags(RULES)
  else axe.withRules(LAYOUT_RULES)
  const { violations } = await axe.analyze()
  return violations.map(
    ({ id, nodes }) => `${page.url()}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`,
  )
}
