-- Runs of retention that ended something, or that somebody asked for: when, by whose word, how much. The ledger has
-- each end with its proof; this is what the back office shows. `finished_at` is null while a run is under way, and of
-- one that was cut off.
create table retention_run (
  id uuid primary key,
  by text not null check (by in ('the clock', 'a person', 'a restore')),
  contacts integer not null,
  months text[] not null,
  finished_at timestamptz
);
comment on table retention_run is 'retention: none: no person in it';
