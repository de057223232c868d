/**
 * The ledger's public face, for witnesses and for whoever holds a receipt: `/.well-known/tacet/…`.
 *
 * No person is in any of it, it is the same for everyone, and it sets no cookie.
 */

import type { FastifyInstance } from 'fastify'
import { Fault } from '../base/failure.ts'
import { parseSize } from '../privacy/merkle.ts'
import { consistencyProof } from '../privacy/receipt.ts'
import { latestNote, type Tree } from '../privacy/sequencer.ts'
import { DAILY } from './headers.ts'

/** A checkpoint is made about each second while anything happens. */
const BRIEF = 'public, max-age=5'
const QUIET = { config: { quiet: true } }

type Asked = { Querystring: { readonly from?: unknown; readonly to?: unknown } }

export function ledgerResources(server: FastifyInstance, { database, signer }: Tree): void {
  server.get('/.well-known/tacet/checkpoint', QUIET, async (_, reply) => {
    const { note } = await latestNote(database)
    return reply.header('cache-control', BRIEF).type('text/plain; charset=utf-8').send(note)
  })
  server.get('/.well-known/tacet/key', QUIET, (_, reply) =>
    reply.header('cache-control', DAILY).type('text/plain; charset=utf-8').send(`${signer.text}\n`),
  )
  server.get<Asked>('/.well-known/tacet/consistency', QUIET, async ({ query }, reply) => {
    const [from, to] = [sizeOf(query.from), sizeOf(query.to)]
    const proof = await consistencyProof(database, from, to)
    return reply.header('cache-control', DAILY).send({ from, to, proof })
  })
}

function sizeOf(value: unknown): number {
  const size = typeof value === 'string' ? parseSize(value) : undefined
  if (size !== undefined) return size
  throw new Fault(
    'invalid',
    'A consistency proof is asked for with ?from=N&to=M, two whole numbers',
  )
}
