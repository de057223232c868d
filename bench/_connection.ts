/**
 * A connection to a server for load: HTTP/1.1 over one socket that is kept, one request after the other, and as little
 * work as reading an answer takes, so that the load weighs on the measured machine as lightly as it can.
 *
 * It reads answers that say their length, as all of the store's and the sandbox's do, and fails at any other.
 */

import { connect, type Socket } from 'node:net'

export type Answer = {
  readonly status: number
  /** The head as it came, field names as the server wrote them. */
  readonly head: string
  readonly body: string
}

export interface Connection {
  /** Sends bytes that are one whole request, and reads its answer. */
  ask(request: string): Promise<Answer>
  close(): void
}

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (e: Error) => void }

export async function openConnection(url: URL): Promise<Connection> {
  const socket = await opened(url)
  let rest: Buffer = Buffer.alloc(0)
  let waiting: Waiting | undefined
  socket.on('data', (part: Buffer) => {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part])
    try {
      const read = readAnswer(rest)
      if (read === undefined) return
      rest = rest.subarray(read.bytes)
      waiting?.resolve(read.answer)
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined)
    }
  })
  const broken = (error?: Error) => waiting?.reject(error ?? new Error('The connection ended'))
  socket.on('error', broken)
  socket.on('close', () => broken())
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        if (!socket.writable) return broken()
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** The value of a field of an answer's head; undefined when it is not there. */
export function fieldOf(head: string, name: string): string | undefined {
  const begin = head.toLowerCase().indexOf(`\r\n${name}: `)
  if (begin < 0) return undefined
  const at = begin + name.length + 4
  const end = head.indexOf('\r\n', at)
  return head.slice(at, end < 0 ? undefined : end)
}

function opened(url: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.removeListener('error', reject)
      resolve(socket)
    })
  })
}

/** The first answer in the bytes, or undefined while it is not whole. */
function readAnswer(bytes: Buffer): { answer: Answer; bytes: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = fieldOf(head, 'content-length')
  if (length === undefined) throw new Error(`An answer without its length: ${head.slice(0, 200)}`)
  const begin = end + 4
  const whole = begin + Number(length)
  if (bytes.length < whole) return undefined
  const body = bytes.toString('utf8', begin, whole)
  return { answer: { status: Number(head.slice(9, 12)), head, body }, bytes: whole }
}
