/** What counts as a request that is being answered. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { countRequests } from './open-requests.ts'

test('a request is open until its answer is sent, or its connection ends', async (t) => {
  const answers: ServerResponse[] = []
  const server = createServer((_, response) => answers.push(response))
  const open = countRequests(server)
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(server, 'request')
    return socket
  }
  const [one, other] = [await ask(), await ask()]
  assert.equal(open(), 2)
  const [first, second] = answers
  assert.ok(first !== undefined && second !== undefined)
  first.end('told')
  await once(first, 'close')
  assert.equal(open(), 1)
  other.destroy()
  await once(second, 'close')
  assert.equal(open(), 0)
  one.destroy()
})
