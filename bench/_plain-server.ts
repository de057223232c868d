/**
 * What the store's page is held against: a bare `node:http` server, a process of its own, that sends one body and the
 * headers that came with it. It is sent both as a message, and answers with its port.
 */

import { createServer } from 'node:http'

export type Sent = { readonly headers: readonly string[]; readonly body: string }

process.once('message', ({ headers, body }: Sent) => {
  const bytes = Buffer.from(body)
  const server = createServer((_, response) => {
    response.writeHead(200, [...headers]).end(bytes)
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : 0)
  })
})
