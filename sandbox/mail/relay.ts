/**
 * The mail relay: takes every message, sends none on.
 *
 * It listens on the loopback address alone, and therefore offers no TLS.
 */

import type { Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { type Clock, stamp } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Journal } from '../base/journal.ts'
import type { Outages } from '../base/outage.ts'
import type { Collection } from '../base/state.ts'

export type Mail = {
  readonly id: string
  readonly at: string
  readonly from: string
  readonly to: readonly string[]
  /** The message as it came. */
  readonly raw: string
}

export type Login = { readonly user: string; readonly password: string }

export type RelayOptions = {
  readonly port: number
  /** Who may send; null: anyone on this machine. */
  readonly login: Login | null
  readonly mails: Collection<Mail>
  readonly journal: Journal
  readonly outages: Outages
  readonly clock: Clock
}

export interface Relay {
  readonly port: number
  close(): Promise<void>
}

const MESSAGE_BYTES = 20 * 1024 * 1024

/** Rejects when the port is busy. */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const sockets = new Set<Socket>()
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = newServer(options, cutAll)
  server.on('error', () => {
    // A connection that broke; the sender tries again.
  })
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listening(server, options.port)
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cutAll()
      }),
  }
}

type Reply = (error?: Error | null) => void

function newServer(options: RelayOptions, cutAll: () => void): SMTPServer {
  const { login } = options
  const meet = (reply: Reply) => answer(options.outages, cutAll, reply)
  return new SMTPServer({
    name: 'sandbox.localhost',
    banner: 'Sandbox mail relay',
    disabledCommands: login === null ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    authOptional: login === null,
    size: MESSAGE_BYTES,
    logger: false,
    onAuth: (auth, _session, callback) => {
      if (login !== null && auth.username === login.user && auth.password === login.password) {
        callback(null, { user: login.user })
      } else callback(new Error('Wrong user or password'))
    },
    onConnect: (_session, callback) => meet(callback),
    // Again here, since a sender keeps its connection over several messages.
    onMailFrom: (_address, _session, callback) => meet(callback),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (stream.sizeExceeded) return callback(failing(552, 'The message is over 20 MB'))
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const to = rcptTo.map(({ address }) => address)
        keep(options, { from, to, raw: Buffer.concat(chunks).toString('utf8') })
        if (options.outages.modeOf('mail') === 'lost') cutAll()
        else callback(null)
      })
    },
  })
}

/** Says yes, or fails as it was told to. */
function answer(outages: Outages, cutAll: () => void, reply: Reply): void {
  const mode = outages.modeOf('mail')
  if (mode === 'refuse') cutAll()
  else if (mode === 'hang') outages.hang('mail', cutAll)
  else reply(mode === '500' ? failing(451, 'The relay has a problem; try again later') : null)
}

function keep(options: RelayOptions, message: Pick<Mail, 'from' | 'to' | 'raw'>): void {
  const id = newId('mail_', 16)
  const mail: Mail = { id, at: stamp(options.clock), ...message }
  options.journal.write({
    service: 'mail',
    method: 'MAIL',
    path: `mail from <${mail.from}> to ${mail.to.map((to) => `<${to}>`).join(', ')}`,
    headers: {},
    body: mail.raw,
  })
  options.mails.put(id, mail)
}

function listening(server: SMTPServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.server.off('error', reject)
      resolve()
    })
  })
}

function failing(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
