/**
 * Pages: small HTML written by hand, without a script and without anything from elsewhere.
 *
 * Invariant: text reaches a page through `html` only, which escapes every value that is not
 * `Markup` itself.
 */

import type { Answer } from './answer.ts'

/** HTML that is safe to send; made by `html` alone. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | null | Markup | readonly Markup[]

/** Markup with each `${value}` escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = strings[0] ?? ''
  values.forEach((value, index) => {
    text += shown(value) + (strings[index + 1] ?? '')
  })
  return new Markup(text)
}

/** A whole page. `refreshSeconds` is for lists that a person watches. */
export function page(title: string, body: Markup, status = 200): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
        "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Sandbox</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
${body.text}
</body>
</html>
`,
  }
}

/** A page of the sandbox's own desk, with its navigation. */
export function desk(title: string, body: Markup, status = 200): Answer {
  return page(
    title,
    html`<header><nav aria-label="Sandbox"><a href="/">Sandbox</a> <a href="/payments">Payments</a>
<a href="/carrier">Parcels</a> <a href="/inbox">Inbox</a> <a href="/journal">Journal</a></nav></header>
<main><h1>${title}</h1>
${body}</main>`,
    status,
  )
}

/** `€12.50` for 1250 and `eur`. */
export function amount(amountMinor: number, currency: string): string {
  const code = currency.toUpperCase()
  return formatterOf(code).format(amountMinor / 10 ** digitsOf(code))
}

/** `2026-01-31 12:00:00 UTC`. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

const WHOLE = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
const THOUSANDTHS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])
const formatters = new Map<string, Intl.NumberFormat>()

function formatterOf(currency: string): Intl.NumberFormat {
  const known = formatters.get(currency)
  if (known !== undefined) return known
  const digits = digitsOf(currency)
  const made = new Intl.NumberFormat('en', {
    ...{ style: 'currency', currency },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  })
  formatters.set(currency, made)
  return made
}

/**
 * What the processor takes amounts in whole multiples of (docs.stripe.com/currencies): it counts ISK and UGX in
 * hundredths that must be 0, and the last digit of thousandths must be.
 */
export function stepOf(currency: string): number {
  const code = currency.toUpperCase()
  if (code === 'ISK' || code === 'UGX') return 100
  return THOUSANDTHS.has(code) ? 10 : 1
}

/** As the processor counts amounts: ISK and UGX in hundredths too. */
function digitsOf(currency: string): number {
  if (WHOLE.has(currency)) return 0
  return THOUSANDTHS.has(currency) ? 3 : 2
}

function shown(value: Value): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(({ text }) => text).join('')
  return escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d5dae1,#3b4350);--soft:light-dark(#f3f5f8,#1d232c);
--text:light-dark(#17202b,#e8ecf1);--quiet:light-dark(#5a6675,#a3afbd);--accent:light-dark(#23408e,#9db6ff);
--bad:light-dark(#a3161f,#ff9d9d);--onaccent:light-dark(#fff,#10182b)}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--text);background:light-dark(#fff,#12161c)}
header{border-bottom:1px solid var(--line);background:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;max-width:64rem;margin:auto;padding:.5rem 1rem}
nav a{padding:.35rem 0;text-decoration:none}nav a:first-child{font-weight:700;color:var(--text)}
main{max-width:64rem;margin:auto;padding:1rem}
main.narrow{max-width:27rem;padding-top:2rem}
article{margin-bottom:1rem}article h2{margin:.25rem 0}h1,h2,td{overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:.75rem 0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
a{color:var(--accent)}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--quiet);font-size:.9rem}
.scroll{overflow-x:auto}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);border:1px solid var(--line);
border-radius:.4rem;padding:.75rem;font:.85rem/1.5 ui-monospace,monospace;margin:.25rem 0}
label{display:block;font-weight:600;margin-bottom:.25rem}
input[type=text]{width:100%;font:inherit;padding:.6rem .7rem;border:1px solid var(--quiet);
border-radius:.4rem;
background:transparent;color:inherit}
button{font:inherit;font-weight:600;padding:.5rem .9rem;border:1px solid var(--accent);border-radius:.4rem;
background:transparent;color:var(--accent);cursor:pointer;min-height:2.75rem}
button.main{width:100%;background:var(--accent);color:var(--onaccent);margin:1rem 0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
form.row{display:inline-block;margin:0 .4rem .4rem 0}
.notice{border:1px solid var(--line);background:var(--soft);border-radius:.4rem;padding:.6rem .8rem}
.bad{border-color:var(--bad);color:var(--bad)}
.quiet{color:var(--quiet)}.total{font-size:2rem;font-weight:700;margin:.25rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem;
padding:0;list-style:none}
.cards a{display:block;border:1px solid var(--line);border-radius:.5rem;padding:1rem;
text-decoration:none;height:100%}
.cards strong{display:block;color:var(--accent)}.cards span{color:var(--text)}
iframe{width:100%;height:32rem;border:1px solid var(--line);border-radius:.4rem;background:Canvas}
`
