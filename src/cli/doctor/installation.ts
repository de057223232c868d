/**
 * What the doctor looks at on this machine: settings, key files, disk, Node.
 */

import { stat, statfs } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { Fault } from '../../base/failure.ts'
import type { Config } from '../../config/config.ts'
import { type Finding, finding, ok, unlessDemonstration } from './finding.ts'

const NODE_MAJOR = 26
const GIB = 1024 ** 3
const LITTLE_GIB = 2
const TOO_LITTLE_GIB = 0.5

export async function checkInstallation(config: Config): Promise<readonly Finding[]> {
  return [
    checkMode(config),
    checkTransport(config),
    checkPlaceOfKey(config),
    ...(await checkKeyFiles(config)),
    await checkDisk(config),
    checkNode(),
    checkUser(),
  ]
}

function checkMode({ outside }: Config): Finding {
  if (outside.kind === 'real') return ok('Processor, carrier and mail relay are real')
  return finding(
    'notice',
    'This is a demonstration: payments, parcels and mails go to the sandbox',
    'Set the processor, the carrier and the mail relay: see `npm run tacet -- config`',
  )
}

function checkTransport(config: Config): Finding {
  if (config.publicUrl.protocol === 'https:') return ok('Customers reach the store over TLS')
  return finding(
    unlessDemonstration(config, 'danger'),
    'The store is reached over plain HTTP, which never leaves this machine (C2.1)',
    'For customers, put a proxy with TLS before it and set PUBLIC_URL and TLS_PROXY',
  )
}

/** Backups of DATA_DIR hold the wrapped keys; with the root key beside them they open everything again (C3.1). */
function checkPlaceOfKey(config: Config): Finding {
  const { rootKey } = config
  if (rootKey.kind !== 'file') return ok('The root key lies in a service')
  const way = relative(resolve(config.dataFolder), resolve(rootKey.file))
  if (way.startsWith('..')) return ok('The root key lies outside DATA_DIR')
  return finding(
    unlessDemonstration(config, 'danger'),
    'The root key lies in DATA_DIR: a backup of that folder can open what was deleted since (C3.1)',
    'Move it to a place that is backed up apart and rarely, and set ROOT_KEY_FILE',
  )
}

async function checkKeyFiles(config: Config): Promise<readonly Finding[]> {
  const { rootKey, dataFolder } = config
  const files = rootKey.kind === 'file' ? [rootKey.file] : []
  const paths = [...files, join(dataFolder, 'keys')]
  const found = await Promise.all(paths.map(checkPermissions))
  const [first] = found
  return first !== undefined && found.every(({ level }) => level === 'ok')
    ? [ok('Only this user can read the keys')]
    : found.filter(({ level }) => level !== 'ok')
}

async function checkPermissions(path: string): Promise<Finding> {
  try {
    const { mode } = await stat(path)
    if (process.platform === 'win32' || (mode & 0o077) === 0) return ok(path)
    return finding('danger', `Others can read ${path}`, `Run: chmod go-rwx ${path}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return finding('notice', `${path} is not there yet`, 'It is made at the first start')
    }
    return finding('danger', `${path} cannot be read`, 'Look at its owner and permissions')
  }
}

async function checkDisk({ dataFolder }: Config): Promise<Finding> {
  const disk = await statfs(dataFolder).catch(() => statfs('.'))
  const free = (disk.bavail * disk.bsize) / GIB
  const said = `${free.toFixed(1)} GiB are free on the disk of ${dataFolder}`
  if (free >= LITTLE_GIB) return ok(said)
  return finding(free < TOO_LITTLE_GIB ? 'danger' : 'warning', said, 'Make room on it')
}

function checkNode(): Finding {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= NODE_MAJOR) return ok(`Node ${node}`)
  return finding('danger', `Node ${node} is too old`, `Install Node ${NODE_MAJOR} or newer`)
}

function checkUser(): Finding {
  if (process.getuid?.() !== 0) return ok('The store has a user of its own')
  return finding('notice', 'This runs as root', 'Give the store a user of its own')
}

/** A check that could not be made is a finding itself. */
export function unmade(what: string, error: unknown): Finding {
  const [said, remedy] =
    error instanceof Fault ? [error.message, error.remedy ?? ''] : ['it failed', '']
  return finding('danger', `${what}: ${said}`, remedy || 'Look into the logs in DATA_DIR')
}
