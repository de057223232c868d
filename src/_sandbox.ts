/**
 * The sandbox beside a demonstration: another process that stands for processor, carrier and mail relay.
 *
 * Its keys are made at each start and known to the two processes alone. It ends with the store, however that ends.
 */

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Access } from './_parties.ts'
import { Fault } from './base/failure.ts'
import { scheduleAsBatch } from './base/scheduling.ts'

export type SandboxOptions = {
  readonly root: string
  readonly port: number
  readonly folder: string
  readonly storeUrl: URL
}

export type RunningSandbox = {
  readonly url: URL
  readonly access: Access
  stop(): Promise<void>
}

type Ready = { readonly ready: true; readonly url: string; readonly smtpPort: number }

/** What the settings tell a merchant to subscribe to. */
const STRIPE_EVENTS = 'checkout.session.* refund.*'
const STOP_MS = 5_000

/** @throws {Fault} `storage` when it cannot start: mostly a busy port. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const secrets = {
    SANDBOX_STRIPE_KEY: `sk_test_${secret()}`,
    SANDBOX_STRIPE_WEBHOOK_SECRET: `whsec_${secret()}`,
    SANDBOX_EASYPOST_KEY: `EZTK${secret()}`,
    SANDBOX_EASYPOST_WEBHOOK_SECRET: secret(),
  }
  const child = fork(join(options.root, 'sandbox', 'main.ts'), {
    execArgv: [],
    // Its own group: Ctrl-C reaches the store, which stops the sandbox when it has no more use for it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      SANDBOX_PORT: String(options.port),
      SANDBOX_DIR: options.folder,
      SANDBOX_STORE_URL: options.storeUrl.origin,
      SANDBOX_STRIPE_EVENTS: STRIPE_EVENTS,
      ...secrets,
    },
  })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(readyOf(message)))
    ended.then(() => reject(notStarted(complaint)))
  })
  if (child.pid !== undefined) await scheduleAsBatch(child.pid)
  return {
    url: new URL(ready.url),
    access: accessOf(ready, secrets),
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    },
  }
}

function accessOf(ready: Ready, secrets: Record<string, string>): Access {
  const origin = new URL(ready.url)
  return {
    stripe: {
      apiKey: secrets.SANDBOX_STRIPE_KEY ?? '',
      webhookSecret: secrets.SANDBOX_STRIPE_WEBHOOK_SECRET ?? '',
      origin,
    },
    easypost: {
      key: secrets.SANDBOX_EASYPOST_KEY ?? '',
      webhookSecret: secrets.SANDBOX_EASYPOST_WEBHOOK_SECRET ?? '',
      origin: origin.origin,
      labelOrigins: [],
    },
    relay: new URL(`smtp://localhost:${ready.smtpPort}`),
  }
}

function readyOf(message: unknown): Ready {
  if (
    typeof message === 'object' &&
    message !== null &&
    'url' in message &&
    'smtpPort' in message
  ) {
    const { url, smtpPort } = message
    if (typeof url === 'string' && typeof smtpPort === 'number')
      return { ready: true, url, smtpPort }
  }
  throw notStarted('It answered in a way that the store does not know')
}

function notStarted(complaint: string): Fault {
  return new Fault('storage', complaint.trim() || 'The sandbox ended before it was ready', {
    remedy: 'Set SANDBOX_PORT to another one, free with the one after it, or end what uses it',
  })
}

function secret(): string {
  return randomBytes(24).toString('hex')
}
