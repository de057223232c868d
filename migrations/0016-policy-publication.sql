-- Who put a revision of the policy in force: a member of staff, by reference; null where a new store did it by itself.
alter table policy_revision add column published_by uuid;

-- What is published of each month that is over: counts, none of them small, computed once.
create table published_month (
  month text primary key check (month ~ '^\d{4}-\d{2}$'),
  counts jsonb not null,
  published_at timestamptz not null
);
comment on table published_month is 'retention: none: no person in it';
