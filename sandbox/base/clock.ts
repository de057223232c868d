/**
 * The sandbox's clock: the only place in it that asks what time it is.
 */

/** Milliseconds since 1970. Handed to whoever needs the time. */
export type Clock = () => number

export const systemClock: Clock = () => Temporal.Now.instant().epochMilliseconds

/** Whole seconds since 1970, as the processor writes its times. */
export function seconds(clock: Clock): number {
  return Math.floor(clock() / 1000)
}

/** `2026-01-31T12:00:00.000Z`, as the carrier and the journal write theirs. */
export function stamp(clock: Clock): string {
  return stampOf(clock())
}

export function stampOf(milliseconds: number): string {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds).toString({
    fractionalSecondDigits: 3,
  })
}
