/**
 * The record of processing activities (art. 30 GDPR), made from the policy's table, the settings, and who was given
 * something in the period; and the same in the Data Privacy Vocabulary (DPV 2.3) as JSON-LD.
 */

import { limitText, policyWords } from '../../../policy/words/en.ts'
import type { Config } from '../../config/config.ts'
import type { Counts } from '../../privacy/counts.ts'
import type { PolicyTable, Purpose, Recipient } from '../../privacy/table.ts'

const CONTRACT = { term: 'A6-1-b', text: 'art. 6(1)(b): to perform the contract' }
const LAW = { term: 'A6-1-c', text: 'art. 6(1)(c): a legal obligation' }

const BASES: Readonly<Record<Purpose, typeof CONTRACT>> = {
  PaymentManagement: CONTRACT,
  DeliveryOfGoods: CONTRACT,
  CustomerOrderManagement: CONTRACT,
  CustomerClaimsManagement: CONTRACT,
  AccountManagement: CONTRACT,
  RightsFulfilment: LAW,
  LegalCompliance: LAW,
}

const MEASURES = [
  'Every value about a person is sealed (AES-256-GCM) under a key of its order or accounting month',
  'Keys are wrapped by a key outside the database; what ends is ended by destroying its key',
  'TLS on every way outward, verified; an exception for a recipient is a row of the table, and is recorded',
  'One gateway asks the table before anything leaves or is looked at; outgoing bytes are searched',
  'Every disclosure and every look by staff is in an append-only ledger with signed checkpoints',
  'Staff see what their role’s row of the table grants, for a stated reason',
] as const

/** Where a recipient stands, seen by the one who answers for the data. */
function roleOf(to: Recipient): 'DataProcessor' | 'ThirdParty' | undefined {
  if (to.startsWith('staff: ') || to === 'the person') return undefined
  return to === 'mail relay' ? 'DataProcessor' : 'ThirdParty'
}

export type Processing = ReturnType<typeof processingOf>

export function processingOf(
  table: PolicyTable,
  { shop, publicUrl }: Pick<Config, 'shop' | 'publicUrl'>,
  companies: Counts['companies'],
) {
  const { fieldNames, channels } = policyWords.flows
  return {
    controller: {
      name: shop.name,
      address: [shop.street, `${shop.postalCode} ${shop.city}`.trim(), shop.country]
        .filter((line) => line !== '')
        .join(', '),
      contact: [shop.email, shop.phone].filter((line) => line !== '').join(', '),
      site: publicUrl.href,
    },
    subjects: ['customers', 'staff, by sign-in name and role only'],
    activities: table.flows.map((flow) => ({
      purpose: flow.purpose,
      activity: flow.for,
      basis: BASES[flow.purpose].text,
      recipient: flow.to,
      companies: companies
        .filter(({ recipient }) => recipient === flow.to)
        .map(({ company }) => company),
      fields: flow.fields.map((field) => fieldNames[field] ?? field),
      channel: channels[flow.channel],
      while: flow.while,
      clause: flow.clause,
    })),
    transfers:
      'A carrier, and the customs of the country that a parcel goes to, get what their rows above say, ' +
      'wherever that country is. Where payment processor, carrier and mail relay process data is in ' +
      'their own contracts with the shop.',
    limits: Object.entries(table.retention).map(([rule, { holds, atMost, ends, onErasure }]) => ({
      rule,
      holds,
      ends,
      atMost: limitText(atMost),
      onErasure: policyWords.retention.erasures[onErasure],
    })),
    measures: MEASURES,
  }
}

/** The flows in the terms of DPV 2.3, as JSON-LD. */
export function dpvOf(
  table: PolicyTable,
  { shop, publicUrl }: Pick<Config, 'shop' | 'publicUrl'>,
): Readonly<Record<string, unknown>> {
  const policyUrl = new URL('privacy', publicUrl).href
  const controller = { '@id': `${publicUrl.href}#controller` }
  return {
    '@context': {
      dpv: 'https://w3id.org/dpv#',
      'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
      dct: 'http://purl.org/dc/terms/',
      owl: 'http://www.w3.org/2002/07/owl#',
    },
    '@graph': [
      { ...controller, '@type': 'dpv:DataController', 'dct:title': shop.name },
      ...table.flows.map((flow, at) => ({
        '@id': `${policyUrl}#process-${at + 1}`,
        '@type': 'dpv:Process',
        'dct:title': `${flow.to}: ${flow.for}`,
        'dct:source': { '@id': `${policyUrl}#${flow.clause}` },
        'owl:versionInfo': table.revision,
        'dpv:hasDataController': controller,
        'dpv:hasDataSubject': { '@id': 'dpv:Customer' },
        'dpv:hasPurpose': { '@id': `dpv:${flow.purpose}` },
        'dpv:hasLegalBasis': { '@id': `eu-gdpr:${BASES[flow.purpose].term}` },
        'dpv:hasRecipient': recipientOf(flow.to),
        'dpv:hasPersonalData': flow.fields.map((field) => ({
          '@type': 'dpv:PersonalData',
          'dct:title': policyWords.flows.fieldNames[field] ?? field,
        })),
      })),
    ],
  }
}

function recipientOf(to: Recipient): Readonly<Record<string, string>> {
  if (to === 'the person') return { '@id': 'dpv:Customer' }
  return { '@type': `dpv:${roleOf(to) ?? 'Recipient'}`, 'dct:title': to }
}
