/**
 * Sets the clock of a process of Node, without a hook in it: loaded by NODE_OPTIONS before the program, as libfaketime
 * is by LD_PRELOAD, it moves everything that asks for the time by OTHER_CLOCK_HOURS. For `other-clock.ts`.
 */

const hours = Number(process.env.OTHER_CLOCK_HOURS ?? 0)
const now = Temporal.Now.instant
const apart = hours * 3_600_000

Object.defineProperty(Temporal.Now, 'instant', { value: () => now().add({ hours }) })

const Right = Date
Object.defineProperty(globalThis, 'Date', {
  value: new Proxy(Right, {
    construct: (date, given) =>
      given.length > 0 ? Reflect.construct(date, given) : new date(date.now() + apart),
    get: (date, name) => (name === 'now' ? () => date.now() + apart : Reflect.get(date, name)),
  }),
})
