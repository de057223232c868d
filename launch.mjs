/**
 * What `npm start`, `npm test`, `npm run tacet` and `npm run bench` call: installs what is missing, then hands over to
 * the Node of the packages, whatever Node the machine has.
 *
 * Use: `node launch.mjs start|test|tacet|bench ARGUMENTS`. Runs on Node 18 and has no dependency.
 *
 * Invariant: it takes no time when nothing is to be installed. Two at once install once. When the store is killed, its
 * database server is stopped, and nothing is left running.
 */

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  accessSync,
  existsSync,
  constants as file,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants, homedir, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const MARKER = join(ROOT, 'node_modules', '.tacet.json')
/** npm's own note of what it has installed, written when it is through. */
const NPM_NOTE = join(ROOT, 'node_modules', '.package-lock.json')
const LOCK = join(ROOT, '.install.lock')
const NODE_MAJOR = 26
const IS_OLD = Number(process.versions.node.split('.')[0]) < NODE_MAJOR
const HOOK = ['--import', './scripts/tsx.mjs']
/**
 * Room for what is new in memory, in MB: twice Node's own, so that most of what a busy moment needs has ended before it
 * is looked through. At rest it shrinks by itself.
 */
const ROOM = '--max-semi-space-size=32'
const SHARED = { stdio: 'inherit' }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const KILLED = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS']
/** To itself, so that the store stops in its own way. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  "process.once('disconnect', () => process.kill(process.pid, 'SIGTERM')); process.channel?.unref()",
)}`
const NPM_STOP_MS = 3_000
const CALLER_POLL_MS = 500
const SERVER_STOP_MS = 30_000

const COMMANDS = {
  start: { file: 'src/start.ts', dev: false },
  tacet: { file: 'src/tacet.ts', dev: false },
  test: { file: 'test/run.ts', dev: true },
  bench: { file: 'bench/run.ts', dev: true },
}

const WRONG = [
  [/ENOSPC|no space left|EDQUOT/i, 'The disk is full. Make room and start again.'],
  [/EACCES|EPERM|EROFS/, `The folder ${ROOT} cannot be written. Give your user the right to.`],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|network/,
    'The package registry cannot be reached. Look at the network, then start again.',
  ],
]

process.chdir(ROOT)
const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (command === undefined) fail('Use: node launch.mjs start|test|tacet|bench ARGUMENTS')
await install(command.dev)
await run(command.file, name === 'start')

/**
 * Installs from the lock file unless that was done. A production install lacks what tests need.
 *
 * Not by `npm ci`: that one refuses a lock file which lacks the optional packages of some other platform.
 */
async function install(dev) {
  if (isInstalled(dev)) return
  const unlock = await lock()
  try {
    if (isInstalled(dev)) return
    process.stderr.write(`Installing ${dev ? 'packages and test tools' : 'packages'} …\n`)
    for (const note of [MARKER, NPM_NOTE]) rmSync(note, { force: true })
    await installBy(process.execPath, dev)
    const packaged = packagedNode()
    // Npm leaves out, without a word, the optional packages that do not want the Node that runs it.
    if (packaged !== undefined && !isAsLocked(dev)) await installBy(packaged, dev)
    note(dev)
  } finally {
    unlock()
  }
}

async function installBy(node, dev) {
  const { code, output } = await npm(node, [
    ...['install', '--no-save'],
    ...['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'],
    ...['--loglevel=warn', '--include=optional', dev ? '--include=dev' : '--omit=dev'],
  ])
  // On a full disk npm warns, leaves files out and ends well.
  if (code !== 0 || output.includes('ENOSPC')) failInstall(output)
}

function isInstalled(dev) {
  const marker = readJson(MARKER)
  if (marker?.lock === lockHash() && (marker.dev || !dev)) return true
  if (!isAsLocked(dev)) return false
  note(dev)
  return true
}

/** Where it cannot be written, the next start looks again. */
function note(dev) {
  try {
    writeFileSync(MARKER, JSON.stringify({ lock: lockHash(), dev }))
  } catch {
    // The packages are there all the same.
  }
}

/** Whether npm has installed all that the lock file names, and is needed here. */
function isAsLocked(dev) {
  const installed = readJson(NPM_NOTE)?.packages
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages
  if (installed === undefined || wanted === undefined) return false
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      (entry.optional && !isForHere(entry)) ||
      entry.devOptional ||
      (entry.dev && !dev) ||
      installed[path]?.integrity === entry.integrity,
  )
}

/** Of the optional packages those that are made for this system: the others belong to other systems. */
function isForHere({ os, cpu, libc }) {
  const names = (asked, name) => [asked].flat().includes(name)
  if (!names(os, process.platform) || !names(cpu, process.arch)) return false
  return libc === undefined || names(libc, libcHere())
}

function libcHere() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
}

/**
 * Waits while another process installs here. The lock names us and our npm, which may outlive us; when both are gone it
 * does not count.
 */
async function lock() {
  const own = `${LOCK}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(own, String(process.pid))
  } catch (error) {
    failInstall(String(error))
  }
  try {
    for (let told = false; !link(own); told = true) {
      if (!told) process.stderr.write('Another process installs the packages; waiting for it …\n')
      if (!holders(LOCK).some(isAlive)) removeStale(own)
      await pause(200)
    }
  } finally {
    unlinkSync(own)
  }
  return () => rmSync(LOCK, { force: true })
}

function link(own) {
  try {
    linkSync(own, LOCK)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function holders(lockFile) {
  return (readText(lockFile) ?? '').split(' ').map(Number).filter(Number.isInteger)
}

/** Two may see the same stale lock; only the one that gets it out of the way by its name removes it. */
function removeStale(own) {
  try {
    renameSync(LOCK, `${own}.stale`)
    if (holders(`${own}.stale`).some(isAlive)) linkSync(`${own}.stale`, LOCK)
    unlinkSync(`${own}.stale`)
  } catch {
    // Another process was faster.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** The npm that runs us, or the one on the path, by a Node. What the environment told it is not for this install. */
function npm(node, arguments_) {
  const path = process.env.npm_execpath
  const byFile = path !== undefined && /npm-cli\.[cm]?js$/.test(path) && existsSync(path)
  const windows = process.platform === 'win32'
  const { cache, remove } = cacheFolder()
  const [program, first] = byFile ? [node, [path]] : [windows ? 'npm.cmd' : 'npm', []]
  return new Promise((done) => {
    const child = spawn(program, [...first, ...arguments_], {
      cwd: ROOT,
      env: { ...installEnvironment(node), npm_config_cache: cache },
      shell: windows && !byFile,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stopped = false
    if (child.pid !== undefined) writeFileSync(LOCK, `${process.pid} ${child.pid}`)
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        stopped = true
        child.kill()
        setTimeout(() => child.kill('SIGKILL'), NPM_STOP_MS).unref()
      })
    }
    const output = []
    child.stdout.on('data', (data) => output.push(data))
    child.stderr.on('data', (data) => output.push(data))
    child.once('close', () => {
      remove()
      for (const signal of SIGNALS) process.removeAllListeners(signal)
      if (stopped) fail('The install was stopped. The next start takes it up again.')
    })
    child.once('error', () => fail('npm was not found. It comes with Node: https://nodejs.org'))
    child.once('close', (code) => done({ code, output: Buffer.concat(output).toString() }))
  })
}

/** Registry, proxy and certificates stay; what narrows an install (`omit`, `production`, `global` …) goes. */
function installEnvironment(node) {
  const narrowing =
    /^npm_config_(omit|include|only|production|global|prefix|local_prefix|dry_run)$/i
  const entries = Object.entries(process.env).filter(([key]) => !narrowing.test(key))
  const environment = Object.fromEntries(entries)
  delete environment.NODE_ENV
  environment.PATH = `${dirname(node)}${delimiter}${environment.PATH ?? ''}`
  if (!environment.HOME) delete environment.HOME
  return environment
}

/** npm's cache, or a passing one where the user has no home that can be written. */
function cacheFolder() {
  if (!homedir()) return passingCache()
  const usual = process.env.npm_config_cache || join(homedir(), '.npm')
  let existing = usual
  while (!existsSync(existing)) existing = dirname(existing)
  try {
    accessSync(existing, file.W_OK)
    return { cache: usual, remove: () => {} }
  } catch {
    return passingCache()
  }
}

function passingCache() {
  const cache = mkdtempSync(join(tmpdir(), 'tacet-npm-'))
  return { cache, remove: () => rmSync(cache, { recursive: true, force: true }) }
}

/** Runs the command with the packages' Node, and ends as it ends. */
async function run(path, isStore) {
  if (!existsSync(join(ROOT, path)))
    fail(`${path} is missing: this copy of the store is not whole.`)
  const node = findNode()
  const child = isStore ? spawnStore(node, path) : spawn(node, [...HOOK, path, ...args], SHARED)
  for (const signal of SIGNALS) {
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  }
  const [code, signal] = await new Promise((done) => {
    child.once('error', (error) => fail(`Cannot start ${node}: ${error.message}`))
    child.once('exit', (...outcome) => done(outcome))
  })
  if (isStore) await clearAway(child.pid)
  if (KILLED.includes(signal)) {
    const what = isStore ? 'store' : 'command'
    process.stderr.write(`\nThe ${what} was ended by ${signal}.`)
    process.stderr.write(isStore ? ' Nothing that it confirmed is lost: start it again.\n' : '\n')
  }
  process.exit(code ?? 128 + constants.signals[signal])
}

/**
 * The store leads a process group of its own: a Ctrl-C on the terminal reaches it once, through us, and its processes
 * can be ended together. It ends when we are gone; we end when npm is.
 */
function spawnStore(node, path) {
  const child = spawn(node, [ROOM, ...HOOK, '--import', END_WITH_PARENT, path, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  child.channel.unref()
  const callers = callersNow()
  const end = () => callersNow() === callers || child.kill('SIGTERM')
  if (process.env.npm_lifecycle_event) setInterval(end, CALLER_POLL_MS).unref()
  return child
}

/** Who runs us: npm, or the shell that npm runs us in, and npm. Only Linux tells the second. */
function callersNow() {
  const caller = process.ppid
  const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readText(`/proc/${caller}/stat`) ?? '') ?? []
  return /^(sh|dash|bash|ash)$/.test(name) ? `${caller} ${parent}` : `${caller}`
}

function findNode() {
  const packaged = packagedNode()
  if (packaged !== undefined) return packaged
  if (!IS_OLD) return process.execPath
  return fail(
    `There is no packaged Node ${NODE_MAJOR} for ${process.platform}-${process.arch}, and this is Node ` +
      `${process.versions.node}. Install Node ${NODE_MAJOR} or newer and start again: https://nodejs.org`,
  )
}

/** Where it lies itself: not every npm makes a link to it in `.bin`. */
function packagedNode() {
  const { platform, arch } = process
  const system = { darwin: 'bin-darwin', win32: 'win' }[platform] ?? platform
  const program = platform === 'win32' ? 'node.exe' : 'node'
  const path = join(ROOT, 'node_modules', `node-${system}-${arch}`, 'bin', program)
  return existsSync(path) ? path : undefined
}

/** What a store that was killed left behind: its other processes, and its database server, which loses nothing. */
async function clearAway(pid) {
  signalTo(-pid, 'SIGTERM')
  const folder = join(process.env.DATA_DIR || 'data', 'postgres')
  const pidFile = join(folder, 'cluster', 'postmaster.pid')
  if (readText(join(folder, 'owner')) !== String(pid)) return
  const server = Number(readText(pidFile)?.split('\n')[0])
  if (!(server > 1)) return
  signalTo(server, 'SIGINT')
  for (let ms = 0; ms < SERVER_STOP_MS && existsSync(pidFile); ms += 50) await pause(50)
}

function signalTo(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function failInstall(output) {
  const known = WRONG.find(([pattern]) => pattern.test(output))
  const said = output.split('\n').filter((line) => !line.startsWith('npm warn'))
  fail(`Cannot install the packages. ${known?.[1] ?? `npm says:\n${said.join('\n').trim()}`}`)
}

/** `process.exit` runs no `finally`, so the lock goes here. */
function fail(message) {
  if (holders(LOCK)[0] === process.pid) rmSync(LOCK, { force: true })
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
