/**
 * Ports for what a test starts and must name beforehand.
 *
 * Invariant: no two processes of a run take the same one, nor does a connection that somebody opens in between: they
 * lie below the range that systems hand out by themselves (RFC 6335: from 49152; Linux: from 32768), and each process
 * asks in a block of its own.
 */

import { createServer } from 'node:net'

const FIRST = 20_000
const BLOCKS = 600
const BLOCK_PORTS = 20

let asked = 0

/** The first of some ports in a row on which nothing listens. */
export async function freePort(inARow = 1): Promise<number> {
  for (let tries = 0; tries < BLOCK_PORTS; tries += 1) {
    if ((asked % BLOCK_PORTS) + inARow > BLOCK_PORTS) asked += BLOCK_PORTS - (asked % BLOCK_PORTS)
    const first = FIRST + (process.pid % BLOCKS) * BLOCK_PORTS + (asked % BLOCK_PORTS)
    asked += inARow
    const free = await Promise.all(Array.from({ length: inARow }, (_, n) => isFree(first + n)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`Each of ${BLOCK_PORTS} ports is taken; free some of ${FIRST} and above`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
