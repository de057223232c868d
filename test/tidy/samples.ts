/**
 * For each tidy rule of `levels.ts` and `shape.ts`: small trees that it must catch, and some that it must leave alone.
 *
 * A rule that cannot fail is a defect; `test/tidy.test.ts` wants a bad sample for each.
 */

type Tree = Readonly<Record<string, string>>

export type Samples = Readonly<
  Record<string, { readonly bad: readonly Tree[]; readonly good: readonly Tree[] }>
>

export const lines = (count: number, line = 'x') => `${line}\n`.repeat(count)
export const inFile = (path: string, texts: readonly string[]): readonly Tree[] =>
  texts.map((text) => ({ [path]: text }))

export const cart = (texts: readonly string[]) => inFile('src/cart/cart.ts', texts)
export const page = (texts: readonly string[]) => inFile('src/storefront/home/page.tsx', texts)

const ofImports: Samples = {
  'an import goes to its own folder or to a lower level': {
    bad: [
      ...cart([
        "import { a } from '../orders/order.ts'",
        "import type { A } from '../web/server.ts'",
        "export { a } from '../checkout/checkout.ts'",
        "export type A = import('../checkout/checkout.ts').A",
        "import '../main.ts'",
        "import {\n  a,\n  b,\n} from '../../src/config/config.ts'",
        "const a = await import('../checkout/checkout.ts')",
      ]),
      { 'src/storefront/home/page.tsx': "import { a } from '../../backoffice/orders/page.tsx'" },
      { 'src/base/money.ts': `const it = \`\${'\`'}\`; import a from '../privacy/personal.ts'` },
    ],
    good: [
      ...cart([
        "import { a } from './_rows.ts'\nimport b from '../base/money.ts'\nimport c from 'pg'",
        "// import { a } from '../web/server.ts'",
        'const hint = "import { a } from \'../web/server.ts\'"',
      ]),
      { 'src/main.ts': "import { a } from './config/config.ts'\nimport { b } from './cli/run.ts'" },
      { 'src/cart/cart.test.ts': "import { a } from '../web/server.ts'" },
      { 'STYLE.md': "import { a } from '../web/server.ts'" },
    ],
  },
  'every folder of src has a level': {
    bad: [{ 'src/loyalty/points.ts': '' }],
    good: [{ 'src/base/money.ts': '', 'src/main.ts': '', 'test/loyalty/points.ts': '' }],
  },
  'only the kernel reads the policy, and the policy knows only the kernel': {
    bad: [
      ...cart(["import { flows } from '../../policy/flows.ts'"]),
      { 'src/main.ts': "import { flows } from '../policy/flows.ts'" },
      { 'src/web/layout.tsx': "import { flows } from '../../policy/flows.ts'" },
      { 'policy/flows.ts': "import { cart } from '../src/cart/cart.ts'" },
    ],
    good: [
      { 'src/privacy/policy.ts': "import { flows } from '../../policy/flows.ts'" },
      { 'src/storefront/privacy/page.tsx': "import { en } from '../../../policy/words.en.ts'" },
      { 'policy/flows.ts': "import type { Flow } from '../src/privacy/policy.ts'" },
    ],
  },
  'the sandbox is another world: it imports nothing of the store, nor the store of it': {
    bad: [
      { 'src/main.ts': "import { start } from '../sandbox/main.ts'" },
      { 'sandbox/carrier.ts': "import type { Money } from '../src/base/money.ts'" },
      { 'sandbox/carrier.ts': "import { flows } from '../policy/flows.ts'" },
    ],
    good: [
      { 'sandbox/main.ts': "import { carrier } from './carrier.ts'" },
      { 'sandbox/contract.test.ts': "import { carrier } from '../src/shipping/carrier.ts'" },
    ],
  },
  'an import names its file as a literal': {
    bad: cart(['const cart = await import(name)', 'const cart = require(name)']),
    good: cart(["const cart = await import('./cart.ts')", 'const here = import.meta.url']),
  },
  'a file or folder that begins with _ is imported only from inside its own folder': {
    bad: [
      ...cart(["import { rows } from '../catalogue/_rows.ts'"]),
      { 'test/orders.ts': "import { rows } from '../src/orders/_rows.ts'" },
      { 'src/shipping/rate.ts': "import { rows } from './carriers/_rows.ts'" },
      { 'src/shipping/rate.ts': "import { rows } from '../tax/_tables/rates.ts'" },
    ],
    good: [
      ...cart(["import { rows } from './_rows.ts'"]),
      { 'src/shipping/carriers/manual.ts': "import { rows } from '../_rows.ts'" },
    ],
  },
  'no file imports itself by way of others': {
    bad: [
      ...cart(["import type { Cart } from './cart.ts'"]),
      {
        'src/cart/a.ts': "import { b } from './b.ts'",
        'src/cart/b.ts': "import { c } from './c.ts'",
        'src/cart/c.ts': "import type { B } from './b.ts'",
      },
    ],
    good: [
      {
        'src/cart/a.ts': "import { b } from './b.ts'\nimport { c } from './c.ts'",
        'src/cart/b.ts': "import { c } from './c.ts'",
        'src/cart/c.ts': '',
      },
    ],
  },
  'no file only passes on what others export': {
    bad: cart([
      "/** Carts. */\nexport * from './line.ts'\nexport { a } from './a.ts'",
      "import { a } from './a.ts'\nexport { a }",
      "export type { A } from './a.ts'",
    ]),
    good: cart([
      "export { a } from './a.ts'\nexport const b = 1",
      "import './a.ts'",
      'export type Cart = { readonly lines: 1 }',
    ]),
  },
}

const ofShape: Samples = {
  'a file has at most 400 lines': {
    bad: cart([lines(401)]),
    good: [...cart([lines(400)]), { 'CHANGELOG.md': lines(500) }],
  },
  'a function has at most 70 lines': {
    bad: cart([
      `function a(b: string): void {\n${lines(70)}}`,
      `function a(): { b: 1 } {\n${lines(70)}}`,
      `async function a(): Promise<{ b: 1 }> {\n${lines(70)}}`,
      `const a = (b: string) => {\n${lines(70)}}`,
      `const a = () => (\n${lines(70)})`,
      `class A {\n  async b(c: string): Promise<void> {\n${lines(69)}  }\n}`,
      `return {\n  b(c) {\n${lines(69)}  },\n}`,
      `test('a', () => {\n${lines(70)}})`,
    ]),
    good: cart([
      `function a() {\n${lines(68)}}\nfunction b() {\n${lines(68)}}`,
      `const a = {\n${lines(90)}}`,
      `interface A {\n  b(c: string): void\n  d: {\n${lines(90)}  }\n}`,
      `describe('a', () => {\n${lines(90)}})`,
      `// function a() {\n${lines(90)}// }`,
    ]),
  },
  'a line has at most 110 characters, in a comment 120': {
    bad: [
      ...cart([`const a = '${'x'.repeat(100)}'`, `// ${'x'.repeat(118)}`]),
      { 'migrations/0001-a.sql': `-- ${'x'.repeat(118)}` },
    ],
    good: cart([`const a = '${'x'.repeat(98)}'`, `// ${'x'.repeat(117)}`]),
  },
  'a file opens with a comment that says what it is': {
    bad: [
      ...cart(['export const a = 1\n/** A cart. */', '/* A cart. */', '/** */', '// A cart.']),
      { 'sandbox/main.ts': '' },
    ],
    good: [
      ...cart(['/** A cart. */', '/**\n * A cart.\n */']),
      { 'bench/pages.ts': '#!/usr/bin/env node\n/** Pages. */' },
    ],
  },
  'files and folders are named for the noun that they hold': {
    bad: [
      'cart/types.ts',
      'services/cart.ts',
      'cart/index.tsx',
      'cart/_util.ts',
      'common/a.ts',
    ].map((name) => ({ [`src/${name}`]: '' })),
    good: [{ 'src/cart/service-level.ts': '', 'src/privacy/disclosed.types.ts': '' }],
  },
  'no Manager, Service, Helper, Util, and no I before an interface': {
    bad: cart([
      'class CartManager {}',
      'export const cartHelpers = {}',
      'function moneyUtil() {}',
      'type CartService = {}',
      'interface ICart {}',
      'type ICart = {}',
    ]),
    good: cart([
      'interface Identity {}\ninterface IPAddress {}',
      "const role = 'service'\nconst service = 1",
      '// class CartManager',
      'const Ink = 1',
    ]),
  },
  'no any, and no cast by way of unknown': {
    bad: cart([
      'function a(b: any) {}',
      'const a: any = 1',
      'let a: any',
      'let a: any[]',
      'const a = new Map<string, any>()',
      'const a = b as any',
      'const a = b as unknown as Cart',
      'type A = string | any',
      'type A = Promise<any>',
      'type A = (b: any) => void',
    ]),
    good: [
      ...cart([
        `const a = sql\`select 1 where x = any(\${b})\``,
        "const a = 'b as any'",
        '// : any',
      ]),
      ...page(['<p>If any, or none, any of them: any parcel.</p>']),
    ],
  },
  'no check is silenced without a reason': {
    bad: cart([
      '// @ts-ignore',
      '// @ts-expect-error: because',
      '/* eslint-disable */',
      '// biome-ignore lint/a11y/useAltText: <explanation>',
      '// biome-ignore lint/a11y/useAltText',
    ]),
    good: [
      ...cart([
        '// biome-ignore lint/a11y/useAltText: the picture says nothing new',
        "'@ts-ignore'",
      ]),
      { 'src/privacy/disclosed.types.ts': '// @ts-expect-error: a carrier has no sixth field' },
    ],
  },
  'work for later has an issue': {
    bad: cart(['// TODO: sort', '/* FIXME */', '/**\n * XXX later\n */']),
    good: cart(['// TODO #12: sort', "const a = 'TODO'"]),
  },
  'every test runs': {
    bad: inFile('src/cart/cart.test.ts', [
      "test.only('a', () => {})",
      "describe.skip('a', () => {})",
      "test.todo('a')",
      "test('a', { skip: true }, () => {})",
      "test('a', { timeout: 1, todo: 'later' }, () => {})",
      "test('a', (t) => t.skip())",
    ]),
    good: inFile('src/cart/cart.test.ts', ["test('a', () => {})", "test('no test.only', run)"]),
  },
}

export const samplesOfFiles: Samples = { ...ofImports, ...ofShape }
