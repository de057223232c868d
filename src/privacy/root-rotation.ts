/**
 * The root's rotation: every secret of the keys folder moves from the present root key to another one, or is wrapped
 * anew by the newest version of the same key in its service.
 *
 * The store may run meanwhile: its processes hold their keys in memory, and whoever makes a secret waits for the same
 * lock. A process that has not heard of the new root key makes no secret any more (`makeSecret`), so that
 * nothing is ever wrapped by the old one again. See decision 0013.
 *
 * Invariant: before the switch the old root key opens everything, after it the new one does; there is no third state.
 * Invariant: what was not opened again by the new root key, and found to be the same, is not switched to.
 */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { storageFault } from '../base/storage.ts'
import {
  addToMove,
  finishMove,
  forgetStaged,
  secretsIn,
  stageMove,
  switchMove,
} from './_key-files.ts'
import { alone, openKeys, openSecret, type RootKey } from './keys.ts'

export type Rotation = {
  readonly database: Database
  readonly clock: Clock
  /** Of the keys. */
  readonly folder: string
  /** The root key that the store has. */
  readonly from: RootKey
  /** The one that it is to have. */
  readonly to: RootKey
}

export type Rotated = {
  /** `before`: a call that was cut off, or an earlier one, had done it. */
  readonly outcome: 'moved' | 'wrapped anew' | 'before'
  readonly from: string
  readonly to: string
  readonly secrets: number
}

/**
 * Moves all secrets. Cut off at any point it leaves a store that opens, and is called again.
 *
 * @throws {Fault} `storage`, `unreachable`, `conflict`: nothing was changed.
 */
export async function rotateRoot(
  rotation: Rotation,
  progress: (done: number, of: number) => void = () => undefined,
): Promise<Rotated> {
  const { database, clock, folder, from, to } = rotation
  const rotated = { from: from.name, to: to.name }
  const isSame = await checkTarget(from, to)
  if (!isSame && (await opens(to, folder)) && !(await opens(from, folder))) {
    const { length: secrets } = await secretsIn(folder)
    return { ...rotated, outcome: 'before', secrets }
  }
  await openKeys(database, from, folder, clock)
  const secrets = await alone(database, () => move(rotation, progress))
  return { ...rotated, outcome: isSame ? 'wrapped anew' : 'moved', secrets }
}

/** Whether it is the key that the store has. @throws {Fault} when it cannot be used, or nothing would change. */
async function checkTarget(from: RootKey, to: RootKey): Promise<boolean> {
  const probe = randomBytes(32)
  const wrapped = await to.wrap(probe, 'probe')
  if (!(await to.unwrap(wrapped, 'probe')).equals(probe)) throw unfaithful()
  const opened = await from.unwrap(wrapped, 'probe').catch(() => undefined)
  const isSame = opened?.equals(probe) === true
  if (isSame && to.name === 'file') {
    throw new Fault('conflict', 'This is the root key that the store has already', {
      remedy: 'Name a file that is not there: a new root key is made in it',
    })
  }
  return isSame
}

function opens(root: RootKey, folder: string): Promise<boolean> {
  return openSecret(root, folder, 'index').then(
    () => true,
    () => false,
  )
}

async function move({ folder, from, to }: Rotation, progress: Parameters<typeof rotateRoot>[1]) {
  await forgetStaged(folder)
  const names = await secretsIn(folder)
  try {
    const staged = await stageMove(folder)
    for (const [done, name] of names.entries()) {
      progress?.(done, names.length)
      await addToMove(staged, name, await moved(from, to, folder, name))
    }
    await switchMove(staged)
  } catch (error) {
    await forgetStaged(folder).catch(() => undefined)
    if (error instanceof Fault) throw error
    throw storageFault('move the keys to another root key', folder, error)
  }
  // Should this fail, the next one who opens a secret does it.
  await finishMove(folder).catch(() => undefined)
  progress?.(names.length, names.length)
  return names.length
}

/** A secret as the new root key wraps it. */
async function moved(from: RootKey, to: RootKey, folder: string, name: string): Promise<Buffer> {
  const secret = await openSecret(from, folder, name)
  const wrapped = await to.wrap(secret, name)
  if (!(await to.unwrap(wrapped, name)).equals(secret)) throw unfaithful()
  return wrapped
}

function unfaithful(): Fault {
  return new Fault('storage', 'The new root key does not give back what it has wrapped', {
    remedy: 'Look at its service; nothing was changed',
  })
}
