/**
 * Rounds: two things measured in turn, so that what else the machine does meets both alike.
 */

export type Compared = {
  /** The median of the rounds' ratios, the first to the second. */
  readonly ratio: number
  readonly ours: number
  readonly theirs: number
}

/** @param measure gives a rate: the more, the better. */
export async function compare(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Compared> {
  const pairs: { ours: number; theirs: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const oursFirst = round % 2 === 0
    const first = await (oursFirst ? ours : theirs)()
    const second = await (oursFirst ? theirs : ours)()
    pairs.push(oursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first })
  }
  return {
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
