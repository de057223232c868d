/**
 * The clock: the only place that asks what time it is. Functions that need the time are handed a `Clock`.
 */

/** Reads the present instant. Tests hand in one that stands still, jumps or runs backwards. */
export type Clock = () => Temporal.Instant

export const systemClock: Clock = () => Temporal.Now.instant()

/** The accounting month, `YYYY-MM`, in UTC, of an instant. */
export function monthOf(instant: Temporal.Instant): string {
  return instant.toString().slice(0, 7)
}

/** Starts to measure: the milliseconds since, on a clock that cannot jump. */
export function stopwatch(): () => number {
  const started = performance.now()
  return () => performance.now() - started
}
