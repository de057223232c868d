/**
 * Rules of the server: what it answers to everyone, and what it survives.
 */

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { frameOf, type Listening, listen } from '../../test/support/web.ts'
import { Fault, Refusal } from '../base/failure.ts'
import { queried, submitted } from './body.ts'

let shop: Listening

before(async () => {
  shop = await listen((server) => {
    server.get('/hello', (request, reply) => reply.send(`hello ${queried(request, 'q')}`))
    server.get('/things/:thing', (_, reply) => reply.send('a thing'))
    server.post('/form', (request, reply) => reply.send(JSON.stringify(submitted(request))))
    server.post('/hook', { config: { webhook: true } }, (request, reply) => {
      assert.ok(Buffer.isBuffer(request.body))
      return reply.send(request.body)
    })
    server.get('/bug', () => {
      throw new TypeError('secret canary@example.org')
    })
    server.get('/refusal', () => {
      throw new Refusal('C8.1', 'A carrier is told nothing else')
    })
    server.get('/gone', () => {
      throw new Fault('sold_out', 'The last one is gone', { remedy: 'Choose another' })
    })
    server.get('/busy', () => {
      throw new Fault('too_many_attempts', 'Too many at once', { waitSeconds: 60 })
    })
    server.get('/cookie', (_, reply) => reply.header('set-cookie', 'tracker=1').send('x'))
  })
})
after(() => shop.server.close())

const FORM = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
}

const post = (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = FORM,
) => fetch(`${shop.url}${path}`, { method: 'POST', body, headers })

const isLogged = ({ logged }: Listening, event: string, fields: RegExp) =>
  logged.some((entry) => entry[0] === event && fields.test(JSON.stringify(entry[1])))

test('every response carries the security headers and says that nobody is tracked', async () => {
  for (const path of ['/hello', '/nowhere', '/bug', '/%', '/robots.txt', '/favicon.ico']) {
    const { headers } = await fetch(`${shop.url}${path}`)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; /, path)
    assert.doesNotMatch(policy, /unsafe|http|\*/)
    assert.equal(headers.get('tk'), 'N')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'same-origin')
    assert.equal(headers.get('strict-transport-security'), null)
    assert.equal(headers.get('set-cookie'), null)
  }
})

test('what is no whole request is answered with the same headers', async () => {
  const ask = 'GET /hello HTTP/1.1\r\nConnection: close\r\n'
  for (const [sent, status] of [
    [`${ask}\r\n`, 400],
    [`${ask}Host: x\r\nhost: y\r\n\r\n`, 400],
    [`${ask}Host: x\r\nExpect: miracles\r\n\r\n`, 417],
    [`${ask}Host: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['NONSENSE\r\n\r\n', 400],
  ] as const) {
    const answer = await shop.send(sent)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status}`))
    for (const line of [
      "content-security-policy: default-src 'none'",
      'tk: N',
      'cache-control: no',
    ]) {
      assert.ok(answer.includes(line), `${status}: ${line}`)
    }
  }
  assert.match(await shop.send('GET /hello HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200/)
})

test('a shop on https asks browsers to stay on https', async () => {
  const frame = await frameOf({ publicUrl: new URL('https://shop.example') })
  const secure = await listen(() => undefined, { frame })
  const { headers } = await fetch(`${secure.url}/robots.txt`)
  assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}/)
  await secure.server.close()
})

test('answers are not stored unless they say so', async () => {
  assert.equal((await fetch(`${shop.url}/hello`)).headers.get('cache-control'), 'no-store')
})

test('DNT and Sec-GPC change nothing', async () => {
  const plain = await (await fetch(`${shop.url}/hello?q=you`)).text()
  for (const headers of [{ DNT: '1' }, { 'Sec-GPC': '1' }, { DNT: '0', 'Sec-GPC': 'x' }]) {
    assert.equal(await (await fetch(`${shop.url}/hello?q=you`, { headers })).text(), plain)
  }
})

test('an unknown page is a 404 with a page, a wrong method a 405 that says which are right', async () => {
  const unknown = await fetch(`${shop.url}/nowhere`)
  assert.equal(unknown.status, 404)
  assert.match(await unknown.text(), /<h1>Page not found<\/h1>/)
  const wrong = await fetch(`${shop.url}/things/7`, { method: 'POST', headers: FORM })
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD')
  for (const method of ['DELETE', 'PUT', 'PROPFIND', 'OPTIONS']) {
    assert.equal((await fetch(`${shop.url}/things/7`, { method })).status, 405, method)
    assert.equal((await fetch(`${shop.url}/nowhere`, { method })).status, 404, method)
  }
})

test('a page says what is wrong and what to do in whole sentences', async () => {
  const page = await (await fetch(`${shop.url}/gone`)).text()
  assert.match(page, /<p>The last one is gone\.<\/p>.*<li>Choose another\.<\/li>/s)
})

test('a client that asks for JSON gets the problem as RFC 9457 has it', async () => {
  const answer = await fetch(`${shop.url}/gone`, { headers: { accept: 'application/json' } })
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.deepEqual(await answer.json(), {
    type: 'about:blank',
    status: 409,
    title: 'This has changed meanwhile',
    detail: 'The last one is gone',
    remedy: 'Choose another',
  })
})

test('a limit says after how long to try again; what time does not help says nothing', async () => {
  for (const accept of ['text/html', 'application/json']) {
    const { status, headers } = await fetch(`${shop.url}/busy`, { headers: { accept } })
    assert.equal(status, 429)
    assert.equal(headers.get('retry-after'), '60')
  }
  assert.equal((await fetch(`${shop.url}/gone`)).headers.get('retry-after'), null)
})

test('a refusal names its clause and is reported', async () => {
  const answer = await fetch(`${shop.url}/refusal`)
  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /clause C8\.1/)
  assert.ok(isLogged(shop, 'failed', /GET \/refusal.*Refusal/))
})

test('a bug is a 500 that tells nothing of itself', async () => {
  const answer = await fetch(`${shop.url}/bug`)
  assert.equal(answer.status, 500)
  assert.doesNotMatch(await answer.text(), /canary|TypeError/)
  assert.ok(isLogged(shop, 'failed', /GET \/bug.*TypeError/))
  assert.doesNotMatch(JSON.stringify(shop.logged), /canary/)
})

test('C1: a cookie that the policy does not declare fails in development', async () => {
  const answer = await fetch(`${shop.url}/cookie`)
  assert.equal(answer.status, 500)
  assert.equal(answer.headers.get('set-cookie'), null)
})

test('C1: in production it is taken off and reported', async () => {
  const live = await listen(
    (server) => {
      server.get('/', (_, reply) => {
        reply.header('set-cookie', 'tracker=1').header('set-cookie', '__Host-cart=x; Path=/')
        return reply.send('page')
      })
    },
    { production: true },
  )
  const answer = await fetch(live.url)
  assert.equal(await answer.text(), 'page')
  assert.deepEqual(answer.headers.getSetCookie(), ['__Host-cart=x; Path=/'])
  assert.ok(isLogged(live, 'cookie stripped', /1/))
  await live.server.close()
})

test('a form is taken from our own pages only', async () => {
  const status = async (headers: Record<string, string>) =>
    (await post('/form', '', { 'content-type': FORM['content-type'], ...headers })).status
  assert.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200)
  assert.equal(await status({ origin: 'http://localhost:4100' }), 200)
  assert.equal(await status({ origin: shop.url }), 200, 'another name of the loopback')
  assert.equal(await status({ 'sec-fetch-site': 'cross-site', origin: shop.url }), 403)
  assert.equal(await status({ 'sec-fetch-site': 'same-site' }), 403)
  assert.equal(await status({ origin: 'https://evil.example' }), 403)
  assert.equal(await status({ origin: 'null' }), 403)
  assert.equal(await status({}), 403)
})

test('a name from elsewhere that leads to this machine is not ours', async () => {
  const answer = await shop.send(
    'POST /form HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n' +
      'Content-Length: 0\r\nConnection: close\r\n\r\n',
  )
  assert.match(answer, /^HTTP\/1.1 403/)
})

for (const [behindProxy, expected] of [
  [true, '203.0.113.9'],
  [false, '127.0.0.1'],
] as const) {
  test(`${behindProxy ? 'one proxy' : 'nobody'} is believed who asks`, async (t) => {
    const addRoutes: Parameters<typeof listen>[0] = (server) =>
      server.get('/who', (request, reply) => reply.send(request.ip))
    const { server, url } = await listen(addRoutes, { behindProxy })
    t.after(() => server.close())
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' }
    assert.equal(await (await fetch(`${url}/who`, { headers })).text(), expected)
  })
}

test('a webhook needs no origin, and its body stays as it was sent', async () => {
  const body = '{ "a" :  1 '
  const answer = await post('/hook', body, { 'content-type': 'application/json' })
  assert.equal(await answer.text(), body)
})

test('a form is read field by field', async () => {
  const answer = await post('/form', 'name=J%C3%BCrgen+M&empty=&bare')
  assert.deepEqual(await answer.json(), { name: 'Jürgen M', empty: '', bare: '' })
})

test('a form that cannot be read is a 400, never a 500', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `f${index}=`).join('&')
  const broken = ['a=%', 'a=%zz', 'a=%c0%ae', '%ff=1', 'a=%00', 'a=1&a=2', '__proto__=1', many]
  for (const body of broken) {
    assert.equal((await post('/form', body)).status, 400, body.slice(0, 20))
  }
  const json = { ...FORM, 'content-type': 'application/json' }
  assert.equal((await post('/form', '{"a":', json)).status, 400)
})

test('bytes that are no UTF-8 are a 400 in each kind of form, and stay in a webhook', async () => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
  const ofKind = (type: string) => ({ ...FORM, 'content-type': type })
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nJ\xfcrgen\r\n--x--\r\n'
  for (const [type, text] of [
    [FORM['content-type'], 'a=J\xfcrgen'],
    ['application/json', '{"a":"J\xfcrgen"}'],
    ['multipart/form-data; boundary=x', part],
  ] as const) {
    assert.equal((await post('/form', bytes(text), ofKind(type))).status, 400, type)
  }
  const hooked = await post('/hook', bytes('a=\xfc'), ofKind(FORM['content-type']))
  assert.deepEqual(new Uint8Array(await hooked.arrayBuffer()), bytes('a=\xfc'))
})

test('a form in parts is read as strictly', async () => {
  const headers = { ...FORM, 'content-type': 'multipart/form-data; boundary=x' }
  const part = (name: string, value: string, more = '') =>
    `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const whole = await post(
    '/form',
    `${part('name', 'Jürgen M')}${part('bare', '')}--x--\r\n`,
    headers,
  )
  assert.deepEqual(await whole.json(), { name: 'Jürgen M', bare: '' })
  const many = Array.from({ length: 201 }, (_, index) => part(`f${index}`, '')).join('')
  const broken = [
    ...['', '--x', '--y--', 'nonsense', part('a', '1'), '--x\r\n\r\n1\r\n--x--\r\n'],
    `${part('a', '1')}${part('a', '2')}--x--\r\n`,
    `${part('__proto__', '1')}--x--\r\n`,
    `${part('a', '\0')}--x--\r\n`,
    `${part('a', '1', '; filename="a.txt"')}--x--\r\n`,
    `${many}--x--\r\n`,
  ]
  for (const body of broken) assert.equal((await post('/form', body, headers)).status, 400, body)
  const unbound = { ...FORM, 'content-type': 'multipart/form-data' }
  assert.equal((await post('/form', `${part('a', '1')}--x--\r\n`, unbound)).status, 400)
})

test('a body over 100 KB is a 413, one of another kind a 415', async () => {
  assert.equal((await post('/form', `a=${'x'.repeat(110_000)}`)).status, 413)
  const kinds = ['multipart/mixed; boundary=x', 'text/plain', 'application/xml', 'nonsense']
  for (const kind of kinds) {
    const answer = await post('/form', '--x--', { ...FORM, 'content-type': kind })
    assert.equal(answer.status, 415, kind)
    assert.match(await answer.text(), /<h1>/)
  }
})

test('no broken request ends in a 500 or ends the server', async () => {
  const get = (target: string, more = '') =>
    shop.send(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`)
  const expected: readonly (readonly [string, RegExp])[] = [
    [await get('//'), /^HTTP\/1.1 404/],
    [await get('///hello//'), /^HTTP\/1.1 404/],
    [await get('//evil.example/%2e%2e'), /^HTTP\/1.1 404/],
    [await get('/%'), /^HTTP\/1.1 400/],
    [await get('/%c0%ae'), /^HTTP\/1.1 400/],
    [await get('/hello?q=%'), /^HTTP\/1.1 400/],
    [await get('/hello?q=%00'), /^HTTP\/1.1 400/],
    [await get('/hello?__proto__=1&q=a&q=b&q[x]=1'), /hello a/],
    [await get('http://evil.example/hello'), /^HTTP\/1.1 200/],
    [await get('http://'), /^HTTP\/1.1 4\d\d/],
    [await get('*'), /^HTTP\/1.1 4\d\d/],
    [await get('hello'), /^HTTP\/1.1 4\d\d/],
    [await get('/hello', 'Cookie: ;;=;__Host-cart=%%%;\xff=\xfe; a\r\n'), /^HTTP\/1.1 400/],
    [await get('/hello', 'Cookie: __Host-cart=%00\r\n'), /^HTTP\/1.1 400 [\s\S]*<h1>/],
    [await get('/hello', 'Cookie: a=b\r\nCookie: __Host-session=%\r\n'), /^HTTP\/1.1 400/],
    [await get('/nowhere', 'Cookie: __Host-cart=\xff\xfe\r\n'), /^HTTP\/1.1 400/],
    [await get('/hello', 'Cookie: a=\x01\r\n'), /^HTTP\/1.1 400/],
    [await get('/hello', 'Cookie: a=\0\r\n'), /^HTTP\/1.1 400/],
    [await get('/hello', 'Cookie: a=\x7f\r\n'), /^HTTP\/1.1 400/],
    [await get('/hello', 'Cookie: ;;=;cart=%; \xff=\xfe; a="b, c\r\n'), /^HTTP\/1.1 200/],
    [await get('/hello', `X: ${'x'.repeat(20_000)}\r\n`), /^HTTP\/1.1 431/],
    [await get(`/things/${'x'.repeat(3000)}`), /^HTTP\/1.1 4\d\d/],
    [await get('/pictures/..%2f..%2fpackage.json'), /^HTTP\/1.1 404/],
    [await get('/assets/../../package.json'), /^HTTP\/1.1 404/],
    [await shop.send('NONSENSE\r\n\r\n'), /^HTTP\/1.1 400/],
    [await shop.send('GET /hello HTTP/1.1\r\n\r\n'), /^HTTP\/1.1 400/],
    [await shop.send('CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n'), /^$/],
    [
      await shop.send('PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1.1 40[345]/,
    ],
    [
      await shop.send('POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'),
      /^HTTP\/1.1 400/,
    ],
  ]
  for (const [answer, wanted] of expected) assert.match(answer, wanted)
  assert.equal((await fetch(`${shop.url}/hello`)).status, 200)
})

test('C7: a log knows the pattern of a route, not what was asked for', async () => {
  await fetch(`${shop.url}/things/canary-thing?q=canary`)
  assert.ok(isLogged(shop, 'request', /"route":"\/things\/:thing","method":"GET","status":200/))
  assert.doesNotMatch(JSON.stringify(shop.logged), /canary/)
})

test('a picture is kept for ever, and only a picture is served', async () => {
  await writeFile(join(shop.pictures, 'abc-400.webp'), 'picture')
  await writeFile(join(shop.pictures, 'secret.txt'), 'secret')
  const picture = await fetch(`${shop.url}/pictures/abc-400.webp`)
  assert.equal(await picture.text(), 'picture')
  assert.equal(picture.headers.get('content-type'), 'image/webp')
  assert.match(picture.headers.get('cache-control') ?? '', /immutable/)
  assert.equal((await fetch(`${shop.url}/pictures/secret.txt`)).status, 404)
  assert.equal((await fetch(`${shop.url}/pictures/none.webp`)).status, 404)
})

test('a request in flight ends before the server closes', async () => {
  const mayEnd = Promise.withResolvers<void>()
  const closing = await listen((server) => {
    server.get('/slow', async () => {
      await mayEnd.promise
      return 'whole'
    })
  })
  const started = Promise.withResolvers<void>()
  closing.server.server.once('request', () => started.resolve())
  const answer = fetch(`${closing.url}/slow`)
  await started.promise
  const closed = closing.server.close()
  mayEnd.resolve()
  await closed
  assert.equal(await (await answer).text(), 'whole')
})
