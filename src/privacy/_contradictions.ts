/**
 * What a policy may not say: each rule here is a clause, turned round.
 *
 * The types of `table.ts` keep most of it from being written. This looks at the values, because a revision may have
 * been written by a program, or by somebody who was sure that a cast would do.
 */

import {
  type Cookie,
  type Fact,
  type Flow,
  type PolicyTable,
  personalFields,
  type Retention,
} from './table.ts'

export type Contradiction = {
  readonly clause: string
  readonly problem: string
  readonly remedy: string
}

const purposes = new Set<string>([
  'PaymentManagement',
  'DeliveryOfGoods',
  'CustomerOrderManagement',
  'CustomerClaimsManagement',
  'AccountManagement',
  'RightsFulfilment',
  'LegalCompliance',
])
const commercial = /advert|marketing|newsletter|promot|sell|sale of data|profil/i
const behaviour = /analytic|behavio|view history|search history|visits|clicks|fingerprint/i
const following = /track|follow/i
const cookieServes = new Set<string>(['session', 'cart and orders', 'payment'])
const unencryptedAllowed = new Set<string>(['manufacturer', 'distributor', 'partner'])
const unencryptedFor = new Set<string>(['warranty', 'return', 'repair', 'fulfilment'])
const carriersFive = new Set<string>(['firstName', 'lastName', 'postalAddress', 'email', 'phone'])
const customsCondition = 'the shipment is open and leaves the customs territory'
/** The words of `table.ts`: the compiler lets no other into these lists. */
const recipients = new Set<string>([
  'payment processor',
  'carrier',
  'manufacturer',
  'distributor',
  'partner',
  'mail relay',
  'staff: packing',
  'staff: service',
  'staff: accounts',
  'the person',
] satisfies Flow['to'][])
const channels = new Set<string>(['encrypted', 'any', 'in the house'] satisfies Flow['channel'][])
const conditions = new Set<string>([
  'the payment is open',
  'the shipment is open',
  customsCondition,
  'the claim is open',
  'the return is open',
  'the order line is open',
  'an event asks for it',
  'the order is open',
  'a reason is stated',
  'the accounting record lives',
  'always',
] satisfies Flow['while'][])
const facts = new Set<string>([
  'orderReference',
  'amountMinor',
  'currency',
  'customsItems',
  'message',
  'items',
  'product',
  'serialNumber',
  'dateOfPurchase',
  'fault',
  'references',
] satisfies Fact[])
const storedFields: readonly string[] = personalFields

/** Everything in a table that contradicts a clause; empty for a table that can be used. */
export function contradictions(table: PolicyTable): readonly Contradiction[] {
  return [
    ...identity(table),
    ...Object.entries(table.cookies).flatMap(([name, declared]) => cookie(name, declared)),
    ...table.flows.flatMap(flowContradictions),
    ...duplicates(table.flows),
    ...Object.entries(table.retention).flatMap(([name, rule]) => retention(name, rule)),
    ...unruled(table),
  ]
}

function identity({ revision, lastUpdate }: PolicyTable): readonly Contradiction[] {
  if (revision.trim() !== '' && isDate(lastUpdate)) return []
  const problem = 'a policy must say its revision and its last update'
  return [{ clause: 'C9', problem, remedy: 'Set revision, and lastUpdate as YYYY-MM-DD' }]
}

function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text
  } catch {
    return false
  }
}

function cookie(name: string, { serves, sameSite }: Cookie): readonly Contradiction[] {
  const found: Contradiction[] = []
  if (!cookieServes.has(serves)) {
    const problem = `cookie ${name} serves "${serves}"`
    found.push({ clause: 'C1', problem, remedy: 'Cookies serve session, cart and orders, payment' })
  }
  if (sameSite !== 'Lax' && sameSite !== 'Strict') {
    const problem = `cookie ${name} is sent to us from other sites' pages`
    found.push({ clause: 'C7', problem, remedy: 'Set sameSite to Lax or Strict' })
  }
  if (!name.startsWith('__Host-')) {
    const problem = `cookie ${name} could be read by another host`
    found.push({ clause: 'C1', problem, remedy: 'Begin its name with __Host-' })
  }
  return found
}

function flowContradictions(flow: Flow): readonly Contradiction[] {
  const name = `"${flow.to}" for "${flow.for}"`
  const found: Contradiction[] = []
  const add = (clause: string, problem: string, remedy: string) =>
    found.push({ clause, problem, remedy })

  if (commercial.test(flow.for) || commercial.test(flow.purpose)) {
    add('C6', `${name} is advertising or commerce with data`, 'Delete the row')
  } else if (followsBehaviour(flow.for) || followsBehaviour(flow.purpose)) {
    add('C7', `${name} tracks behaviour`, 'Delete the row')
  } else if (!purposes.has(flow.purpose)) {
    add('C5', `${name} has the purpose ${flow.purpose}`, `Use one of ${[...purposes].join(', ')}`)
  }
  found.push(...unknownWords(flow, name))
  if (flow.while === 'always' && flow.to !== 'the person') {
    add('C5', `${name} happens always`, 'Say when it is strictly necessary, in `while`')
  }
  if (flow.channel === 'any' && !mayBeUnencrypted(flow)) {
    add('C2.2', `${name} may travel unencrypted`, 'Set channel to encrypted')
  }
  if (flow.channel === 'in the house' && !flow.to.startsWith('staff: ')) {
    add('C2.1', `${name} is said to stay in the house`, 'Set channel to encrypted')
  }
  if (flow.to === 'carrier') found.push(...carrier(flow, name))
  else if (flow.fields.includes('label') && isThirdParty(flow)) {
    add('C4.3', `${name} gives a paper that bears customer data`, 'Take label out of its fields')
  }
  if (flow.fields.length === 0) add('C5', `${name} gives no field`, 'Delete the row')
  return found
}

/** A word that the store does not know may have come with a cast: nothing would look at it. */
function unknownWords(flow: Flow, name: string): readonly Contradiction[] {
  const found = [
    ...(recipients.has(flow.to) ? [] : [flow.to]),
    ...(channels.has(flow.channel) ? [] : [flow.channel]),
    ...(conditions.has(flow.while) ? [] : [flow.while]),
    ...flow.fields.filter((field) => !storedFields.includes(field) && !facts.has(field)),
  ]
  return found.map((word) => ({
    clause: 'C5',
    problem: `${name} says "${word}", which the store does not know`,
    remedy: 'Use a word of src/privacy/table.ts',
  }))
}

function followsBehaviour(text: string): boolean {
  return behaviour.test(text) || following.test(text)
}

function isThirdParty({ to }: Flow): boolean {
  return to !== 'the person' && !to.startsWith('staff: ')
}

function mayBeUnencrypted({ to, for: purpose }: Flow): boolean {
  return unencryptedAllowed.has(to) && unencryptedFor.has(purpose)
}

function carrier(flow: Flow, name: string): readonly Contradiction[] {
  const found: Contradiction[] = []
  if (flow.for === 'customs') {
    if (flow.while !== customsCondition) {
      const problem = `${name} tells the content where no border is crossed`
      found.push({ clause: 'C8.2', problem, remedy: `Set while to "${customsCondition}"` })
    }
    const more = flow.fields.filter((field) => field !== 'customsItems')
    const remedy = 'A customs declaration has customsItems; what C8.1 gives goes with transport'
    return [
      ...found,
      ...more.map((field) => ({ clause: 'C8.2', problem: `${name} gives ${field}`, remedy })),
    ]
  }
  if (flow.for === 'erasure notice') return notice(flow, name)
  if (flow.purpose !== 'DeliveryOfGoods' || flow.while !== 'the shipment is open') {
    const problem = `${name} is for more than to transport products`
    const remedy = 'Set purpose to DeliveryOfGoods and while to "the shipment is open"'
    found.push({ clause: 'C8.1', problem, remedy })
  }
  const more = flow.fields
    .filter((field) => !carriersFive.has(field))
    .map((field) => ({
      clause: 'C8.1',
      problem: `${name} gives ${field}`,
      remedy: 'A carrier gets first name, last name, postal address, e-mail and phone',
    }))
  return [...found, ...more]
}

/** What a carrier is told when its person has erased the rest: its own numbers. */
function notice({ purpose, fields }: Flow, name: string): readonly Contradiction[] {
  if (purpose === 'RightsFulfilment' && fields.every((field) => field === 'references')) return []
  const remedy = 'Set purpose to RightsFulfilment and fields to references'
  return [{ clause: 'C8.1', problem: `${name} gives more than its own references`, remedy }]
}

function duplicates(flows: readonly Flow[]): readonly Contradiction[] {
  const seen = new Set<string>()
  return flows.flatMap((flow) => {
    const name = `"${flow.to}" for "${flow.for}"`
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ clause: 'C5', problem: `${name} has two rows`, remedy: 'Keep one of them' }]
  })
}

function retention(name: string, rule: Retention): readonly Contradiction[] {
  if (behaviour.test(name) || behaviour.test(rule.holds)) {
    return [{ clause: 'C7', problem: `${name} keeps behaviour`, remedy: 'Delete the rule' }]
  }
  const isAboutOrders = rule.aboutOrders || rule.key === 'order' || rule.key === 'period'
  const found: Contradiction[] = []
  if (isAboutOrders && !(rule.atMost !== null && withinFiveYears(rule.atMost))) {
    const problem = `${name} keeps order data for ${rule.atMost ?? 'ever'}`
    found.push({ clause: 'C3.2', problem, remedy: 'Set atMost to P5Y or less' })
  }
  if (rule.fields.length > 0 && !endsOnErasure(rule)) {
    const problem = `${name} keeps ${rule.fields[0]} after its deletion was asked for`
    const remedy = 'Seal it under a key, and set onErasure; what stays is an accounting record'
    found.push({ clause: 'C3.1', problem, remedy })
  }
  return found
}

/** C3.2 lets what orders need stay; the accounting record is what they need. */
function endsOnErasure({ key, onErasure }: Retention): boolean {
  if (key === 'none' || key === 'index' || onErasure === 'nothing to erase') return false
  return onErasure !== 'stays' || key === 'period' || key === 'document'
}

/** From the shortest five years that there are (2100 is no leap year); what is no duration is not within them. */
function withinFiveYears(duration: string): boolean {
  const relativeTo = Temporal.PlainDate.from('2097-01-01')
  try {
    const { sign } = Temporal.Duration.from(duration)
    return sign > 0 && Temporal.Duration.compare(duration, 'P5Y', { relativeTo }) <= 0
  } catch {
    return false
  }
}

/** Each stored field has one rule that ends it, for each kind of key that it is sealed under. */
function unruled(table: PolicyTable): readonly Contradiction[] {
  const rules = Object.values(table.retention)
  return storedFields.flatMap((field) => {
    const naming = rules.filter((rule) => rule.fields.some((name) => name === field))
    const byKey = Map.groupBy(naming, ({ key }) => key)
    const count = Math.max(0, ...[...byKey.values()].map(({ length }) => length))
    if (count === 1) return []
    const problem = `${field} has ${count} retention rules`
    return [
      { clause: 'C3.2', problem, remedy: 'Name it in exactly one rule of retention for its key' },
    ]
  })
}
