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
