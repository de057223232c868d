/**
 * For tests of pages: a server that listens on a free port of this machine, with a few routes of its own.
 */

import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../../src/base/clock.ts'
import { loadAssets } from '../../src/web/assets.ts'
import type { Frame } from '../../src/web/frame.ts'
import { openServer, type ServerOptions } from '../../src/web/server.ts'
import type { Shop } from '../../src/web/shop.ts'
import { en } from '../../src/web/words/en.ts'

const PUBLIC_FOLDER = join(import.meta.dirname, '../../public')

export const shop: Shop = {
  name: 'Quiet Shop',
  publicUrl: new URL('http://localhost:4100'),
  currency: 'EUR',
  country: 'DE',
  language: 'en',
  demonstration: true,
  contactEmail: 'shop@example.org',
  phone: '+49 30 000000',
  address: ['Ruhige Gasse 3', '10115 Berlin'],
  pricesIncludeTax: true,
  promisesDntPolicy: false,
}

export async function frameOf(changes: Partial<Shop> = {}): Promise<Frame> {
  return {
    shop: { ...shop, ...changes },
    words: en,
    assets: await loadAssets(PUBLIC_FOLDER),
    categories: () => [{ slug: 'lamps', name: 'Lamps' }],
  }
}

export type Listening = {
  readonly server: FastifyInstance
  readonly url: string
  /** What was logged, an event with its fields. */
  readonly logged: readonly (readonly [string, object])[]
  readonly pictures: string
  /** Sends bytes as they are, and returns all that comes back until the connection ends. */
  send(bytes: string): Promise<string>
}

export async function listen(
  addRoutes: (server: FastifyInstance, frame: Frame) => void,
  options: Partial<ServerOptions> = {},
): Promise<Listening> {
  const logged: (readonly [string, object])[] = []
  const frame = options.frame ?? (await frameOf())
  const pictures = await mkdtemp(join(tmpdir(), 'tacet-pictures-'))
  const server = openServer({
    tls: null,
    behindProxy: false,
    frame,
    navigationOf: async () => undefined,
    clock: systemClock,
    policyDate: '2026-01-15',
    pictures,
    production: false,
    log: (event, fields) => logged.push([event, fields]),
    ...options,
  })
  addRoutes(server, frame)
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, url, logged, pictures, send: (bytes) => send(Number(new URL(url).port), bytes) }
}

function send(port: number, bytes: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('data', (part) => {
    answer += part
  })
  socket.on('close', () => resolve(answer))
  // A server may answer and hang up before it has read all.
  socket.on('error', () => undefined)
  socket.write(bytes, 'latin1')
  return promise
}
