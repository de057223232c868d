/** Egress: what is inspected leaves, to the origin that is declared, and nothing is followed. */

import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTls } from 'node:https'
import { createServer as createTcp } from 'node:net'
import { after, test } from 'node:test'
import { type HttpRequest, inspectMail, isLoopback, openMail, send, type Way } from './egress.ts'

type Sent = { readonly way: Way; readonly inspected: string[]; readonly travelled: string[] }

async function serve(listener: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return { origin: `http://127.0.0.1:${port}`, port }
}

function wayTo(origins: readonly string[], more: Partial<Way> = {}): Sent {
  const [inspected, travelled]: [string[], string[]] = [[], []]
  const way: Way = {
    origins,
    plainAllowed: false,
    inspect: (bytes) => inspected.push(bytes.toString()),
    travelled: (how) => travelled.push(how),
    ...more,
  }
  return { way, inspected, travelled }
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
})
const refused = (clause: string) => ({ name: 'Refusal', clause })
const unreachable = { name: 'Fault', code: 'unreachable' }

test('all of a request is inspected before any of it leaves', async () => {
  const heard: string[] = []
  const { origin } = await serve((request, response) => {
    heard.push(request.url ?? '')
    response.end('taken')
  })
  const { way, inspected, travelled } = wayTo([origin])
  const headers = { 'x-note': 'héader' }
  const asked = {
    ...get(`${origin}/path%20x?q=1#hash`),
    method: 'POST',
    headers,
    body: 'bödy',
  } as const
  const answer = await send(way, asked)
  assert.equal(answer.status, 200)
  assert.equal(answer.body.toString(), 'taken')
  assert.deepEqual(inspected, ['POST /path%20x?q=1\nx-note: héader\n\nbödy'])
  assert.deepEqual(travelled, ['loopback'])
  const stopped = new Error('stopped')
  const stopping = wayTo([origin], {
    inspect: () => {
      throw stopped
    },
  })
  await assert.rejects(send(stopping.way, asked), stopped)
  assert.deepEqual(heard, ['/path%20x?q=1'])
  assert.deepEqual(stopping.travelled, [])
})

test('a redirect is an answer, and is not followed', async () => {
  const heard: string[] = []
  const { origin } = await serve((request, response) => {
    heard.push(request.url ?? '')
    response.writeHead(307, { location: `${origin}/elsewhere` }).end()
  })
  const answer = await send(wayTo([origin]).way, get(`${origin}/here`))
  assert.equal(answer.status, 307)
  assert.deepEqual(heard, ['/here'])
})

test('an answer has 8 MiB at most', async () => {
  const { origin } = await serve((request, response) => {
    response.end(Buffer.alloc(8 * 1024 * 1024 + (request.url === '/more' ? 1 : 0)))
  })
  const { way } = wayTo([origin])
  assert.equal((await send(way, get(`${origin}/all`))).body.length, 8 * 1024 * 1024)
  const tooLarge = { ...unreachable, message: /larger than 8 MiB/ }
  await assert.rejects(send(way, get(`${origin}/more`)), tooLarge)
})

test('a company that does not answer, or not to its end, is left when the time is up', async () => {
  const { origin } = await serve((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': 9 }).write('half')
  })
  const sent = wayTo([origin])
  for (const path of ['/none', '/half']) {
    const late = { ...unreachable, message: /did not answer in time/ }
    await assert.rejects(send(sent.way, get(`${origin}${path}`, { timeoutMs: 60 })), late)
  }
  assert.deepEqual(sent.travelled, [])
})

test('a company that hangs up, speaks no HTTP or is not there is a fault without its words', async () => {
  const { port } = await serve((request) => request.socket.destroy())
  const nonsense = createTcp((socket) => socket.end('quillfeather\r\n\r\n'))
  await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve))
  after(() => nonsense.close())
  const address = nonsense.address()
  const ports = [port, typeof address === 'object' ? address?.port : 0, 1]
  for (const origin of ports.map((each) => `http://127.0.0.1:${each}`)) {
    const sending = send(wayTo([origin]).way, get(origin))
    await assert.rejects(sending, (error: Error) => {
      assert.doesNotMatch(error.message, /quillfeather/)
      return 'code' in error && error.code === 'unreachable'
    })
  }
})

/** DER (ITU-T X.690) of a certificate that nobody vouches for, valid at all times. */
function ownCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const der = (tag: number, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts)
    const length = body.length < 128 ? [body.length] : [0x81, body.length]
    return Buffer.concat([Buffer.of(tag, ...length), body])
  }
  const algorithm = der(0x30, Buffer.from('06032b6570', 'hex'))
  const [name, serial] = [der(0x30), der(2, Buffer.of(1))]
  const dates = ['700101000000Z', '491231235959Z'].map((text) => der(0x17, Buffer.from(text)))
  const holder = publicKey.export({ type: 'spki', format: 'der' })
  const told = der(0x30, serial, algorithm, name, der(0x30, ...dates), name, holder)
  const signature = der(3, Buffer.of(0), sign(null, told, privateKey))
  const text = der(0x30, told, algorithm, signature).toString('base64')
  const cert = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert }
}

test('C2.1 a certificate that nobody vouches for is refused, whatever the environment says', async (t) => {
  let heard = 0
  const server = createTls(ownCertificate(), (_, response) => {
    heard += 1
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const origin = `https://127.0.0.1:${port}`
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.after(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    server.closeAllConnections()
    server.close()
  })
  assert.equal((await fetch(origin)).status, 200, 'It answers whoever does not look')
  await assert.rejects(send(wayTo([origin]).way, get(origin)), unreachable)
  const relay = new URL(`smtps://127.0.0.1:${port}`)
  await assert.rejects(openMail(wayTo([`smtps://127.0.0.1:${port}`]).way, relay), unreachable)
  assert.equal(heard, 1)
})

test('C5 an origin is the declared one exactly, or nothing is looked up', async () => {
  const declared = ['http://127.0.0.1:4190', 'https://api.example.invalid', 'http://[::1]:4190']
  const strange = [
    ...[
      'http://127.0.0.1:4191/',
      'https://127.0.0.1:4190/',
      'http://127.0.0.1/',
      'http://127.0.0.2:4190',
    ],
    ...['http://localhost:4190/', 'http://127.0.0.1:4190@evil.invalid/', 'http://[::2]:4190/'],
    ...['http://api.example.invalid/', 'https://api.example.invalid:444/', 'https://invalid/'],
    ...[
      'https://api.example.invalid./',
      'https://x.api.example.invalid/',
      'https://äpi.example.invalid/',
    ],
    ...['https://api.example.invalid.evil.invalid/', 'https://api.example.invalid@evil.invalid/'],
    ...['ftp://127.0.0.1:4190/', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:1'],
  ]
  for (const url of strange) {
    const { way, inspected } = wayTo(declared)
    await assert.rejects(send(way, get(url)), refused('C5'), url)
    assert.deepEqual(inspected, [])
  }
})

test('another way to write the declared origin is the declared origin', async () => {
  const { origin, port } = await serve((_, response) => response.end())
  for (const url of [
    `HTTP://127.0.0.1:${port}`,
    `http://0x7f.1:${port}/`,
    `http://2130706433:${port}`,
  ]) {
    assert.equal((await send(wayTo([origin]).way, get(url))).status, 200, url)
  }
})

test('C2.1 plain HTTP leaves this machine only where the rule lets it', async () => {
  const origin = 'http://maker.invalid'
  const asked = get(`${origin}/`)
  const sent = wayTo([origin])
  await assert.rejects(send(sent.way, asked), refused('C2.1'))
  assert.deepEqual(sent.inspected, [])
  const allowed = wayTo([origin], { plainAllowed: true })
  await assert.rejects(send(allowed.way, asked), unreachable)
  assert.equal(allowed.inspected.length, 1)
  assert.deepEqual(allowed.travelled, [])
})

test('nothing leaves beside what is inspected: no user in the address, no other host’s name', async () => {
  const { origin, port } = await serve((_, response) => response.end())
  const { way, inspected } = wayTo([origin])
  for (const user of ['quillfeather', 'a:b', ':quillfeather']) {
    await assert.rejects(send(way, get(`http://${user}@127.0.0.1:${port}/`)), refused('C5'))
  }
  for (const name of ['host', 'Host', 'HOST']) {
    const headers = { [name]: 'evil.invalid' }
    await assert.rejects(send(way, get(origin, { headers })), refused('C5'))
  }
  assert.deepEqual(inspected, [])
})

test('a value cannot add a header or a request', async () => {
  const heard: string[] = []
  const { origin } = await serve((request, response) => {
    heard.push(`${request.url} ${request.headers['x-more']}`)
    response.end()
  })
  const { way } = wayTo([origin])
  for (const value of ['a\r\nx-more: 1', 'a\nx-more: 1', 'a\r\n\r\nGET / HTTP/1.1', 'a\0', '王']) {
    await assert.rejects(
      send(way, get(origin, { headers: { 'x-value': value } })),
      (error: Error) => {
        assert.doesNotMatch(error.message, /x-more|王/)
        return true
      },
    )
    const injected = { 'x-a\r\nx-more': '1' }
    await assert.rejects(send(way, get(origin, { headers: injected })))
  }
  await send(way, get(`${origin}/a\r\nx-more: 1\r\n b`))
  assert.deepEqual(heard, ['/ax-more:%201%20b undefined'])
})

test('a host is this machine only by its own names', () => {
  for (const host of ['localhost', '127.0.0.1', '127.255.1.1', '[::1]']) assert.ok(isLoopback(host))
  const others = [
    'localhost.',
    'localhost.evil.invalid',
    '127.0.0.1.evil.invalid',
    '128.0.0.1',
    '0.0.0.0',
  ]
  for (const host of [...others, '[::]', '10.0.0.1', '', '127.1', 'xlocalhost']) {
    assert.equal(isLoopback(host), false, host)
  }
})

test('C5 a mail goes by the declared relay, after it was inspected', async () => {
  const relay = new URL('smtp://127.0.0.1:1')
  const sent = wayTo(['smtp://127.0.0.1:1'])
  const taken = inspectMail(sent.way, relay, Buffer.from('message'))
  assert.deepEqual([sent.inspected, sent.travelled], [['message'], []])
  taken()
  assert.deepEqual(sent.travelled, ['loopback'])
  await assert.rejects(openMail(sent.way, relay), unreachable)
  const other = new URL('smtp://relay.invalid')
  assert.throws(() => inspectMail(sent.way, other, Buffer.from('x')), refused('C5'))
  await assert.rejects(openMail(sent.way, other), refused('C5'))
})
