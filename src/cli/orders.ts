/** `tacet orders list`: orders by number and state. Who bought them is for the back office, by role and reason. */

import { formatMoney, money } from '../base/money.ts'
import { listOrders, type OrderState } from '../orders/order.ts'
import { asJson, type Command, columns, readArguments, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet orders list [--state STATE] [--limit COUNT] [--json]

Lists orders, newest first: number, state, when, country, total. Nothing about a person.

  --state STATE   only orders that are "awaiting payment", paid, packed, shipped, delivered or cancelled
  --limit COUNT   at most so many, 20 unless told, 1000 at most
`

const STATES: readonly OrderState[] = [
  ...(['awaiting payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled'] as const),
]

export const ordersCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals, options } = readArguments(args, 'state', 'limit')
    if (positionals.join(' ') !== 'list') throw wrong('Say `orders list`', 'orders')
    const state = STATES.find((known) => known === options.state)
    if (options.state !== undefined && state === undefined) {
      throw wrong(`There is no state "${options.state}"`, 'orders')
    }
    const limit = Number(options.limit ?? '20')
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw wrong('The limit must be a whole number from 1 to 1000', 'orders')
    }
    const orders = await withData(terminal, 'find', (database) =>
      listOrders(database, { state, limit }),
    )
    terminal.write(json ? asJson(orders) : inWords(orders))
    return 0
  },
}

function inWords(orders: Awaited<ReturnType<typeof listOrders>>): string {
  if (orders.length === 0) return 'There is no such order.\n'
  const rows = orders.map(({ number, state, placedAt, country, currency, totalMinor }) => [
    String(number),
    state,
    placedAt.toString({ smallestUnit: 'minute' }),
    country,
    formatMoney(money(totalMinor, currency)),
  ])
  return `${columns([['number', 'state', 'placed', 'to', 'total'], ...rows])}\n`
}
