/**
 * The roster: where the staff are kept, and by which clock their sessions end.
 */

import type { Clock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'

export type Roster = { readonly database: Database; readonly clock: Clock }
