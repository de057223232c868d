/** Retention by the clock: what came of a run is told, in counts; that nothing may end by the clock, as an alarm. */

import type { Log } from '../base/log.ts'
import { type Retaining, runRetention } from '../privacy/retention.ts'
import { clockHold } from '../privacy/steady-time.ts'

export async function keepRetention(retaining: Retaining, log: Log): Promise<void> {
  const ended = await runRetention(retaining)
  if (ended === 'busy') return
  if (ended === 'held') {
    const hold = await clockHold(retaining.erasing.database)
    log('retention held', { because: hold?.because ?? '' })
  } else if (ended.contacts > 0 || ended.months.length > 0) {
    log('retention', { contacts: ended.contacts, months: ended.months.length })
  }
}
