/** How many requests are being answered right now: what work in the background gives way to. */

import type { Server } from 'node:http'

/** Counts from now on; a request ends with its answer, or with its connection. */
export function countRequests(server: Pick<Server, 'on'>): () => number {
  let open = 0
  server.on('request', (_, response) => {
    open += 1
    response.once('close', () => {
      open -= 1
    })
  })
  return () => open
}
