-- The register of papers that bear customer data (C4): what it is, where it lies, since when, and how it ended. Whose
-- it is lies sealed under a key of the document's own; `subject` leads from an order to its papers, until it is erased.

create table paper_place (
  id uuid primary key,
  name text not null unique,
  secured_by text not null,
  closed_at timestamptz
);
comment on table paper_place is 'retention: none: no person in it';

create table paper_document (
  id uuid primary key,
  -- The control number, which is written on the paper.
  number bigint not null unique generated always as identity (start with 1001),
  kind text not null,
  place uuid not null references paper_place (id),
  subject uuid,
  registered_by uuid not null,
  registered_at timestamptz not null,
  -- When the data of its order ended, by an erasure or its time: the paper stays (C4.1), and staff are shown it.
  data_ended_at timestamptz,
  destroyed_at timestamptz,
  method text,
  -- ISO/IEC 21964: P-3 to P-7.
  level smallint check (level between 3 and 7),
  destroyed_by uuid,
  witnessed_by uuid,
  check (num_nulls(destroyed_at, method, level, destroyed_by, witnessed_by) in (0, 5)),
  check (destroyed_by <> witnessed_by)
);
comment on table paper_document is 'retention: paper-register';
create index on paper_document (subject) where subject is not null;
create index on paper_document (place) where destroyed_at is null;

create table paper_move (
  id uuid primary key,
  document uuid not null references paper_document (id),
  from_place uuid not null references paper_place (id),
  to_place uuid not null references paper_place (id),
  by uuid not null,
  moved_at timestamptz not null
);
comment on table paper_move is 'retention: paper-register';
create index on paper_move (document);

-- What is sealed for accounts and papers stays when a month of the books goes.
create or replace function drop_month(month text) returns void language plpgsql as $$
declare
  part text := replace(month, '-', '_');
  first_day date := (month || '-01')::date;
  parent text;
  others boolean;
begin
  foreach parent in array array['orders', 'order_line', 'order_event', 'payment', 'refund',
    'accounting_record', 'shipment']
  loop
    execute format('drop table if exists %I', parent || '_' || part);
  end loop;
  execute format('select exists (select from %I where kind in (''person'', ''document''))',
    'data_key_' || part) into others;
  foreach parent in array array['sealed_record', 'blind_index']
  loop
    if not others then
      execute format('drop table if exists %I', parent || '_' || part);
      continue;
    end if;
    execute format('alter table %I detach partition %I', parent, parent || '_' || part);
    execute format('alter table %I rename to %I', parent || '_' || part, parent || '_over');
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      parent || '_' || part, parent, month_boundary(first_day),
      month_boundary((first_day + interval '1 month')::date));
    execute format(
      'insert into %I select * from %I where subject in
        (select id from %I where kind in (''person'', ''document''))',
      parent || '_' || part, parent || '_over', 'data_key_' || part);
    execute format('drop table %I', parent || '_over');
  end loop;
end
$$;
