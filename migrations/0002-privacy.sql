-- The kernel's tables. What a table's comment says is its retention rule, by the policy's own name for it.
-- Tables that grow with orders are partitioned by month: their ids are UUIDs of version 7, which begin with the time.

create table generation (
  number integer primary key,
  created_at timestamptz not null,
  ended_at timestamptz,
  check_value bytea not null
);
comment on table generation is 'retention: none: no person in it';

create table data_key (
  id uuid primary key,
  kind text not null check (kind in ('person', 'order', 'period', 'cart', 'document')),
  generation integer not null,
  wrapped bytea not null
) partition by range (id);
comment on table data_key is 'retention: order-contact';

create table accounting_period (
  month text primary key check (month ~ '^\d{4}-\d{2}$'),
  key_id uuid not null
);
comment on table accounting_period is 'retention: accounting-record';

create table sealed_record (
  subject uuid not null,
  kind text not null,
  key_id uuid not null,
  names text[] not null,
  sealed bytea[] not null,
  -- The policy's revision under which the data was given: a later, looser one does not reach it (C9).
  revision text not null,
  primary key (subject, kind)
) partition by range (subject);
comment on table sealed_record is 'retention: order-contact';

create table blind_index (
  subject uuid not null,
  field text not null,
  digest bytea not null,
  primary key (digest, subject, field)
) partition by range (subject);
comment on table blind_index is 'retention: look-up';
create index on blind_index (subject);

create table disclosure (
  id uuid primary key,
  subject uuid not null,
  recipient text not null,
  purpose text not null,
  company text not null,
  fields text[] not null,
  channel text not null,
  revision text not null,
  clause text not null,
  because text not null,
  granted_at timestamptz not null,
  outcome text,
  outcome_at timestamptz,
  check (
    case when outcome is null then outcome_at is null
      else outcome_at is not null and outcome in ('delivered', 'refused', 'given up') end
  )
) partition by range (id);
comment on table disclosure is 'retention: ledger';
create index on disclosure (subject);

create table ledger_entry (
  id uuid primary key,
  leaf text not null
) partition by range (id);
comment on table ledger_entry is 'retention: ledger';

create table policy_revision (
  revision text primary key,
  digest text not null,
  content jsonb not null,
  in_force_at timestamptz not null
);
comment on table policy_revision is 'retention: none: no person in it';

-- Monthly partitions of every partitioned table, from the month of `since` on. Safe to call at any time, by many.
-- The boundary between two months is the lowest UUIDv7 of the later month's first millisecond.
create function month_boundary(month date) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from month::timestamp) * 1000)::bigint), 12, '0')
    || '00000000000000000000')::uuid
$$;

create procedure make_partitions(since date, months integer) language plpgsql as $$
declare
  parent text;
  month date;
  part text;
begin
  perform pg_advisory_xact_lock(7465211);
  for parent in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'p' and n.nspname = current_schema()
  loop
    for step in 0 .. months - 1 loop
      month := (date_trunc('month', since) + make_interval(months => step))::date;
      part := parent || '_' || to_char(month, 'YYYY_MM');
      if to_regclass(part) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)',
          part, parent, month_boundary(month),
          month_boundary((month + interval '1 month')::date));
      end if;
    end loop;
  end loop;
end
$$;
