/**
 * Work that begins when an answer has left, so that the time it takes tells nobody what was found.
 */

import type { FastifyInstance, FastifyReply } from 'fastify'
import { Fault } from '../base/failure.ts'
import { errorFields, type Log } from '../base/log.ts'

/** @throws {Fault} `too_many_attempts` when too much of it is under way, whatever was asked for. */
export type Afterwards = (reply: FastifyReply, action: string, work: () => Promise<void>) => void

const MOST_AT_ONCE = 100

/** The server closes when all of it has ended. */
export function openAfterwards(server: FastifyInstance, log: Log): Afterwards {
  const underWay = new Set<Promise<void>>()
  server.addHook('onClose', async () => {
    await Promise.all(underWay)
  })
  return (reply, action, work) => {
    if (underWay.size >= MOST_AT_ONCE) throw tooMany()
    reply.raw.once('close', () => {
      const running = work()
        .catch((error) => log('failed', { action, ...errorFields(error) }))
        .finally(() => underWay.delete(running))
      underWay.add(running)
    })
  }
}

function tooMany(): Fault {
  return new Fault('too_many_attempts', 'Too many people ask for a link just now', {
    remedy: 'Try again in a minute',
    waitSeconds: 60,
  })
}
