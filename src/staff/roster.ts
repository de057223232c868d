/**
 * The roster: where the staff are kept, and by which clock their sessions end.
 */

import type { Clock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import type { Vault } from '../privacy/vault.ts'

export type Roster = { readonly database: Database; readonly clock: Clock }

/** Where a change of who may sign in, and as what, is noted outside the database, since a restore must not undo it. */
export type NotingRoster = Roster & { readonly vault: Pick<Vault, 'endings'> }
