/**
 * Files: our own assets out of memory, the catalogue's pictures out of their folder.
 *
 * Both are named by their content and may be kept for ever.
 *
 * Invariant: a picture's name is one word with one ending, so no request reaches outside the folder.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../base/failure.ts'
import { type Assets, typeOf } from './assets.ts'
import { accepts } from './encoding.ts'
import { IMMUTABLE } from './headers.ts'

const PICTURE_NAME = /^[\w-]{1,100}\.(?:webp|png)$/

const QUIET = { config: { quiet: true } }

type Named = { Params: { readonly file: string } }

export function files(server: FastifyInstance, assets: Assets, pictures: string): void {
  server.get<Named>('/assets/:file', QUIET, (request, reply) => {
    const asset = assets.at(`/assets/${request.params.file}`)
    if (asset === undefined) throw missing()
    const { type, bytes, brotli } = asset
    reply.header('cache-control', IMMUTABLE).type(type)
    if (brotli === null) return reply.send(bytes)
    reply.header('vary', 'Accept-Encoding')
    if (!accepts(request.headers['accept-encoding'], 'br')) return reply.send(bytes)
    return reply.header('content-encoding', 'br').send(brotli)
  })

  server.get<Named>('/pictures/:file', QUIET, async (request, reply) => {
    const { file } = request.params
    const type = typeOf(file)
    if (!PICTURE_NAME.test(file) || type === undefined) throw missing()
    const bytes = await readFile(join(pictures, file)).catch(notFound)
    return reply.header('cache-control', IMMUTABLE).type(type).send(bytes)
  })
}

function notFound(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? missing() : error
}

function missing(): Fault {
  return new Fault('not_found', 'There is no such file')
}
