-- Backups: which were made by the store's own command, and the logs that ended when entries of them were lost.

create table backup (
  id uuid primary key,
  made_at timestamptz not null,
  bytes bigint not null
);
comment on table backup is 'retention: none: no person in it';
create index on backup (made_at);

-- A log that a restore has ended: entries after its last checkpoint here are lost, so nothing is signed under its key
-- any more. See decision 0014.
create table ledger_former (
  key text primary key,
  size bigint not null,
  note text not null,
  ended_at timestamptz not null
);
comment on table ledger_former is 'retention: none: no person in it';
