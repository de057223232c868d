/**
 * For each tidy rule of `only.ts`, `pages.ts` and `documents.ts`: small trees that it must catch, and some that it
 * must leave alone.
 */

import { cart, lines, page, type Samples } from './samples.ts'

const ofOnly: Samples = {
  'only base/egress.ts opens connections outward (C5)': {
    bad: cart([
      'await fetch(url)',
      'const go = globalThis.fetch',
      'new WebSocket(url)',
      "import { request } from 'node:https'",
      "import net from 'net'",
      "import { lookup } from 'node:dns/promises'",
      "const http = await import('node:http2')",
      "import { request } from 'undici'",
    ]),
    good: [
      ...cart([
        '// fetch(url)',
        "const a = 'fetch(url)'",
        'cart.fetch(id)',
        "import type { IncomingMessage } from 'node:http'",
        "import { parse } from 'node:url'",
        'const path = /[/]fetch(x)/',
      ]),
      { 'src/base/egress.ts': "import tls from 'node:tls'\nfetch(url)" },
      { 'src/cart/cart.test.ts': 'await fetch(url)' },
    ],
  },
  'a package that can open connections is imported where it belongs': {
    bad: [
      ...cart(["import pg from 'pg'", "import Stripe from 'stripe'", "import 'nodemailer'"]),
      { 'src/payments/stripe.ts': "import pg from 'pg'" },
    ],
    good: [
      ...cart(["import type { FastifyInstance } from 'fastify'"]),
      { 'src/base/database.ts': "import pg from 'pg'" },
      { 'src/payments/stripe.ts': "import Stripe from 'stripe'" },
    ],
  },
  'only privacy/cookies.ts sets cookies (C1)': {
    bad: cart(["reply.header('Set-Cookie', a)", 'reply.setCookie(a)', 'document.cookie = a']),
    good: [
      ...cart(["reply.header('cookie')", '// Set-Cookie']),
      { 'src/privacy/cookies.ts': "reply.header('set-cookie', a)" },
    ],
  },
  'only config.ts reads the environment': {
    bad: [
      ...cart([
        'const port = process.env.PORT',
        `const port = \`\${process.env.PORT}\``,
        "const { PORT } = process['env']",
        'const { env } = process',
        "import { env } from 'node:process'",
      ]),
      { 'sandbox/carrier.ts': 'const port = process.env.PORT' },
    ],
    good: [
      ...cart(['// process.env', 'process.exitCode = 1']),
      { 'src/config/config.ts': 'process.env', 'sandbox/main.ts': 'process.env' },
      { 'bench/pages.ts': 'process.env' },
    ],
  },
  'only base/clock.ts asks the time': {
    bad: cart([
      'const at = Date.now()',
      'const at = new Date()',
      'const at = Date()',
      'const at = Temporal.Now.instant()',
      'const at = performance.now()',
      'const at = process.hrtime.bigint()',
    ]),
    good: [
      ...cart(['const at: Temporal.Instant = clock()', '/* new Date() */ const at = `Date.now()`']),
      { 'src/base/clock.ts': 'Temporal.Now.instant()' },
    ],
  },
  'no chance but that of node:crypto': {
    bad: [...cart(['Math.random()']), { 'src/privacy/keys.ts': 'Math.random()' }],
    good: cart(["'Math.random()'", 'Math.max(1, 2)']),
  },
  'only base/log.ts, the command line and main.ts print (C7)': {
    bad: cart(['console.log(a)', 'process.stdout.write(a)', 'process.stderr.write(a)']),
    good: [
      ...cart(['// console.log(a)', 'carrier.console.open()']),
      { 'src/base/log.ts': 'console.log', 'src/cli/run.ts': 'process.stdout.write(a)' },
    ],
  },
  'only privacy/ seals, unseals and indexes (C2.1, C3.1)': {
    bad: [
      ...cart(["import { createHmac } from 'node:crypto'", 'crypto.createCipheriv(a, b, c)']),
      { 'src/payments/stripe.ts': 'createDecipheriv(a, b, c)' },
    ],
    good: [
      ...cart(["import { createHash } from 'node:crypto'"]),
      { 'src/privacy/vault.ts': 'createCipheriv(a, b, c)' },
      { 'src/payments/webhook.ts': 'createHmac(a, b)' },
    ],
  },
  'only the vault ends keys, and notes it outside the database (C3.1)': {
    bad: cart(['sql`delete from data_key where id = 1`', 'sql`DELETE\n FROM data_key`']),
    good: [
      ...cart(['sql`delete from cart`', '// delete from data_key']),
      { 'src/privacy/vault.ts': 'sql`delete from data_key`' },
    ],
  },
  'only privacy/ opens a personal value (C5)': {
    bad: cart(['email.reveal()', 'email?.reveal()', 'const open = email.reveal', 'reveal(email)']),
    good: [
      ...cart(['// email.reveal()', 'revealed(email)']),
      { 'src/privacy/vault.ts': 'email.reveal()' },
    ],
  },
  'only the files that start the database and the sandbox start processes': {
    bad: cart(["import { spawn } from 'node:child_process'", "import 'child_process'"]),
    good: [{ 'src/base/postgres.ts': "import { spawn } from 'node:child_process'" }],
  },
}

const ofPages: Samples = {
  'markup is written as elements, so that everything is escaped': {
    bad: page(['<p dangerouslySetInnerHTML={{ __html: a }} />', 'element.innerHTML = a']),
    good: page(["<p>Don't use it, it's {'dangerouslySetInnerHTML'}</p>"]),
  },
  'no style and no script inside a page': {
    bad: page([
      '<p style="color: red">',
      '<p\n  style={{ color }}>',
      '<style>{css}</style>',
      '<button onClick={buy}>',
      '<button type="button" onclick="buy()">',
      '<script>{code}</script>',
      '<script defer src="/a.js">{code}</script>',
      '<a href="javascript:buy()">',
    ]),
    good: page([
      '<script type="module" src="/a.js" />',
      '<script defer src={asset}></script>',
      '<link rel="stylesheet" href="/a.css" />',
      '<p class="style">once = 1</p>',
    ]),
  },
  'a page fixes no language': {
    bad: page([
      "{new Intl.DisplayNames('en', { type: 'region' }).of(country)}",
      "{day.toLocaleString('en')}",
    ]),
    good: page([
      "{new Intl.DisplayNames(shop.language, { type: 'region' }).of(country)}",
      '{day.toLocaleString(shop.language)}',
    ]),
  },
  'a page names no host but ours': {
    bad: [
      ...page([
        '<img src="https://pictures.shop.dev/a.png" />',
        '<img src="//pictures.shop.dev/a.png" />',
        '<p>See https://shop.dev for more.</p>',
        '<a href="http://localhost.shop.dev/">',
      ]),
      { 'public/style.css': '@import url(https://fonts.shop.dev/a.css);' },
    ],
    good: [
      ...page(['<a href="/privacy">', '<a href="https://shop.example/a">', '// https://shop.dev']),
      { 'public/mark.svg': '<svg xmlns="http://www.w3.org/2000/svg">' },
    ],
  },
}

const ofDocuments: Samples = {
  'every table names its retention rule (C3.2)': {
    bad: [
      "create table cart (id uuid);\ncomment on table carts is 'retention: cart';",
      'create table if not exists cart (id uuid);',
      "create table cart (id uuid);\n-- comment on table cart is 'retention: cart';",
      "create table cart (id uuid) partition by range (id);\ncomment on table cart is 'a cart';",
      "create table cart (id uuid);\ncomment on table cart is 'retention: none: ';",
    ].map((text) => ({ 'migrations/0001-cart.sql': text })),
    good: [
      "create table cart (id uuid);\ncomment on table cart is 'retention: cart';",
      "create table cart (id uuid);\ncomment on table cart is 'retention: none: no person in it';",
      'create table cart_2026_01 partition of cart for values from (1) to (2);',
    ].map((text) => ({ 'migrations/0001-cart.sql': text })),
  },
  'README.md has under 60 lines': {
    bad: [{ 'README.md': lines(60) }],
    good: [{ 'README.md': lines(59) }],
  },
  'a link in a document leads to a file': {
    bad: [
      '[a](decisions/0002-gone.md)',
      '![a](gone.png "A picture")',
      '<img alt="" src="gone.png">',
      '[a]: gone.md',
    ].map((text) => ({ 'README.md': text })),
    good: [
      { 'README.md': '[a](decisions/0001-here.md#why) [b](#c) [d](https://shop.example/)' },
      { 'decisions/0002-there.md': '[a](0001-here.md)\n```\n[b](gone.md)\n```\n`[c](gone.md)`' },
    ],
  },
}

const clauses = (text: string) => ({ 'policy/words/en.ts': text })
const tests = (text: string, name = 'c5') => ({ [`test/clauses/${name}.test.ts`]: text })

const ofClauses: Samples = {
  'every clause of the policy has its file of tests, named by it': {
    bad: [
      clauses("{ clause: 'C5', text: '…' }"),
      { ...clauses("clause: 'C5'"), ...tests("test('C5.1 no rule, no flow', () => {})") },
      { ...clauses("clause: 'C8.1'"), ...tests("test('C8.1 five fields', () => {})", 'c8') },
    ],
    good: [
      { ...clauses("clause: 'C5'"), ...tests("test('C5 no rule, no flow', () => {})") },
      { ...clauses("clause: 'C8.1'"), ...tests("test('C8.1 five fields', () => {})", 'c8-1') },
    ],
  },
  'a test of a clause begins with the clause': {
    bad: [
      tests("test('no rule, no flow', () => {})"),
      tests("test('C6 no rule', () => {})"),
      tests("test('C8.2 a border', () => {})", 'c8-1'),
    ],
    good: [
      tests('test(`C5 no rule`, () => {})'),
      tests("test('C8.1 five fields', () => {})", 'c8-1'),
    ],
  },
}

export const samplesOfStore: Samples = { ...ofOnly, ...ofPages, ...ofClauses, ...ofDocuments }
