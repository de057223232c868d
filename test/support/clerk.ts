/**
 * A member of staff at the back office of a test's store, signed in with name and password.
 */

import assert from 'node:assert/strict'
import type { Role } from '../../src/staff/roles.ts'
import { addStaff } from '../../src/staff/staff.ts'
import { type Shopper, shopperAt } from './shopper.ts'
import type { TestStore } from './store.ts'

export type Clerk = Shopper & {
  /** The bytes of a file. */
  readonly file: (path: string) => Promise<Buffer>
}

/** Hires somebody with one role, who signs in. */
export async function clerkAt(store: TestStore, role: Role): Promise<Clerk> {
  const { database, payments, url } = store
  const roster = { database, clock: payments.gateway.clock }
  const { login, password } = await addStaff(roster, `${role}-clerk`, [role])
  const clerk = shopperAt(url)
  const { status } = await clerk.post('/admin/session', { login, password })
  assert.equal(status, 200)
  return {
    ...clerk,
    async file(path) {
      const cookie = [...clerk.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(new URL(path, url), { headers: { cookie } })
      assert.equal(answer.status, 200)
      return Buffer.from(await answer.arrayBuffer())
    },
  }
}
