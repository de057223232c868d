/**
 * The audit's look at the rows of disclosures: what a person is shown of who was told what is what the ledger says.
 *
 * The tree holds the entries; the rows lie beside them, and are what pages, downloads and counts are made of. `subject`
 * is in no entry, on purpose: it leads to the person, and ends with an erasure.
 *
 * Invariant: a row that was changed, added or taken away is found.
 */

import { sql, type Transaction } from '../base/database.ts'

type Difference = { readonly id: string; readonly what: 'no row' | 'no entry' | 'another' }

const WORDS = {
  'no row': 'the row of disclosure ID is missing, which was granted',
  'no entry': 'the row of disclosure ID has no entry',
  another: 'the row of disclosure ID does not say what its entries say',
} as const

/**
 * The first hundred. Entries that were changed may be such that nothing can be read from them; which ones were, the
 * audit of the tree says.
 */
export async function examineDisclosures(tx: Transaction): Promise<readonly string[]> {
  await tx.run(sql`savepoint reading`)
  try {
    return await differences(tx)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    await tx.run(sql`rollback to savepoint reading`)
    return ['what disclosures there were cannot be read from their entries']
  }
}

/** PostgreSQL's class of errors in values: no JSON, no time. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^22/.test(String(error.code))
}

/** An entry has its time cut to the millisecond, a row to the microsecond that is nearest. */
async function differences(tx: Transaction): Promise<readonly string[]> {
  const found = await tx.many<Difference>(sql`
    with entry as (
      select leaf::jsonb as e from ledger_entry
      where leaf like '%"kind":"disclosure %' or leaf like '%"kind":"looked at"%'
    ),
    granted as (
      select e ->> 'reference' as id, e from entry
      where e ->> 'kind' in ('disclosure granted', 'looked at') and e ? 'reference'
    ),
    concluded as (
      select distinct on (e ->> 'reference') e ->> 'reference' as id, e from entry
      where e ->> 'kind' in ('disclosure delivered', 'disclosure refused', 'disclosure given up')
      order by e ->> 'reference', e ->> 'kind' <> 'disclosure delivered', e ->> 'at'
    ),
    row as (
      select d.*, d.id::text as name, g.id as granted, g.e as g,
        case when g.e ->> 'kind' = 'looked at' then g.e - 'kind' || '{"kind":"disclosure delivered"}'
          else c.e end as c
      from disclosure d full join granted g on g.id = d.id::text
        left join concluded c on c.id = d.id::text
    )
    select coalesce(name, granted) as id,
      case when name is null then 'no row' when granted is null then 'no entry' else 'another' end
        as what
    from row
    where name is null or granted is null
      or (recipient, purpose, company, revision, clause, because, to_jsonb(fields))
        is distinct from (g ->> 'recipient', g ->> 'purpose', g ->> 'company', g ->> 'revision',
          g ->> 'clause', g ->> 'because', g -> 'fields')
      or ('disclosure ' || outcome, channel)
        is distinct from (c ->> 'kind', coalesce(c ->> 'channel', g ->> 'channel'))
      or granted_at not between (g ->> 'at')::timestamptz
        and (g ->> 'at')::timestamptz + interval '1 ms'
      or outcome_at not between (c ->> 'at')::timestamptz
        and (c ->> 'at')::timestamptz + interval '1 ms'
    order by id limit 100`)
  return found.map(({ id, what }) => WORDS[what].replace('ID', id))
}
