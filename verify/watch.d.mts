/** The types of `watch.mjs`. */

export class Contradiction extends Error {}

export type Watching = {
  readonly url: string
  readonly folder: string
  readonly key?: string | undefined
  readonly everySeconds?: number | undefined
  /** Each look as a line of JSON: `{"code":0,"said":"…"}`. */
  readonly json?: boolean
}

export function watchOnce(asked: Omit<Watching, 'everySeconds' | 'json'>): Promise<string>
export function watch(asked: Watching, write: (text: string) => void): Promise<0 | 1 | 2>
export function readArguments(args: readonly string[]): Watching | undefined
