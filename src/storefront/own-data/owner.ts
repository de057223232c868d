/**
 * Whom the pages of a person's own data are for, and how they have shown that it is theirs.
 *
 * Each way has its door: a link to the e-mail address, or an account that somebody has just signed in to. Behind it the
 * pages are the same, under the door's own address.
 *
 * Invariant: every page of a person's own data lies behind a door.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../base/failure.ts'
import type { Id } from '../../base/ids.ts'
import { subjectsOfEmail } from '../../privacy/look-ups.ts'
import { openDataToken } from '../../privacy/person-link.ts'
import type { DataDesk } from './desk.ts'

export type Owner = {
  /** What the addresses of the pages begin with. */
  readonly place: string
  readonly subjects: readonly Id[]
  /** The account that is theirs, where the door is an account's. */
  readonly account?: Id
  /** When the pages close. */
  readonly endsAt: Temporal.Instant
}

/** The addresses have a token or none, and a number on the pages of one order. */
export type Asked = FastifyRequest<{
  Params: { readonly token?: string; readonly number?: string }
}>

/** Who asks; or the address where they show first that it is they. */
export type Door = (request: Asked) => Promise<Owner | { readonly first: string }>

/** The desk with the door by which somebody came to it. */
export type OpenDesk = DataDesk & { readonly door: Door }

/** A handler that lets the owner of data in, and nobody else. */
export function opened(
  { door }: OpenDesk,
  act: (owner: Owner, request: Asked, reply: FastifyReply) => Promise<FastifyReply>,
) {
  return async (request: Asked, reply: FastifyReply) => {
    const owner = await door(request)
    return 'first' in owner ? reply.redirect(owner.first, 303) : act(owner, request, reply)
  }
}

/** By the link that a mail brought. @throws {Fault} `not_found` when it opens nothing, or nothing any more. */
export function byLink({ gateway }: DataDesk): Door {
  const { database, vault, clock } = gateway
  return async ({ params: { token = '' } }) => {
    const found = openDataToken(vault.keys, token, clock())
    if (found === undefined) {
      throw new Fault('not_found', 'This link is not whole, or its 30 minutes are over', {
        remedy: 'Ask for a new one at /privacy/data',
      })
    }
    const subjects = await subjectsOfEmail(vault, database, found.digest)
    return { place: `/privacy/data/${token}`, subjects, endsAt: found.endsAt }
  }
}
