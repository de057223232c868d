/** Days that pass for the keys of a store. */

import { sql } from '../../src/base/database.ts'
import { keepGenerations } from '../../src/privacy/generations.ts'
import type { TestStore } from './store.ts'

/** A day passes, and the house does its work: a turn, and minutes later what it brings with it. */
export async function passDay({ generations, database }: TestStore): Promise<void> {
  for (const minutes of [24 * 60 - 10, 10]) {
    await database.run(sql`
      update generation set created_at = created_at - make_interval(mins => ${minutes}),
        ended_at = ended_at - make_interval(mins => ${minutes})`)
    await keepGenerations(generations)
  }
}
