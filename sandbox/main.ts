/**
 * Starts the sandbox as a process of its own: `node sandbox/main.ts`. The only file of it that
 * reads the environment.
 *
 * Its one line on standard output says that it is ready and where. It ends with its parent: when
 * the channel to it closes, or its standard input when that is a pipe.
 */

import { fstatSync } from 'node:fs'
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

const { env } = process

try {
  const sandbox = await startSandbox(settings())
  endWithParent(sandbox)
  const ready = { ready: true, url: sandbox.url, smtpPort: sandbox.smtpPort }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  process.send?.(ready)
} catch (error) {
  process.stderr.write(`Cannot start the sandbox: ${reasonOf(error)}\n`)
  process.exit(1)
}

function settings(): SandboxOptions {
  const port = portAt('SANDBOX_PORT', 3001)
  const user = env.SANDBOX_SMTP_USER ?? ''
  return {
    port,
    smtpPort: portAt('SANDBOX_SMTP_PORT', port === 0 ? 0 : port + 1),
    folder: env.SANDBOX_DIR || null,
    storeUrl: (env.SANDBOX_STORE_URL || 'http://localhost:3000').replace(/\/+$/, ''),
    stripe: {
      key: required('SANDBOX_STRIPE_KEY'),
      webhookSecret: required('SANDBOX_STRIPE_WEBHOOK_SECRET'),
    },
    stripeEvents: (env.SANDBOX_STRIPE_EVENTS || '*').split(' '),
    easypost: {
      key: required('SANDBOX_EASYPOST_KEY'),
      webhookSecret: required('SANDBOX_EASYPOST_WEBHOOK_SECRET'),
    },
    mailLogin: user === '' ? null : { user, password: required('SANDBOX_SMTP_PASSWORD') },
  }
}

function endWithParent(sandbox: Sandbox): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    sandbox.close().finally(() => process.exit(0))
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (process.send !== undefined) process.on('disconnect', end)
  else if (isPipe(0)) process.stdin.on('end', end).on('error', end).resume()
}

function isPipe(descriptor: number): boolean {
  try {
    const file = fstatSync(descriptor)
    return file.isFIFO() || file.isSocket()
  } catch {
    return false
  }
}

function portAt(name: string, standard: number): number {
  const text = env[name] ?? ''
  const port = text === '' ? standard : Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${name} must be a port between 0 and 65535`)
  }
  return port
}

function required(name: string): string {
  const text = env[name] ?? ''
  if (text !== '') return text
  throw new Error(`${name} is not set; give the sandbox the same value as the store`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for an unknown reason'
  if (!('code' in error) || !('port' in error)) return error.message
  if (error.code === 'EADDRINUSE') return `port ${error.port} is taken by another program`
  return error.message
}
