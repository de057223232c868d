-- The Merkle tree over the ledger: which entries wait for it, which leaf each one is, the hashes, what was signed.
-- Its tables hold no person. They are kept as long as the entries, which is for ever.

-- Entries that are committed and not in the tree yet. A row comes with its entry, in the same transaction, so an entry
-- that commits late is not missed; the sequencer takes it out. It has no index: it is short, and read whole.
create table ledger_unsequenced (
  entry uuid not null
) with (vacuum_truncate = off);
comment on table ledger_unsequenced is 'retention: ledger';

create function queue_ledger_entry() returns trigger language plpgsql as $$
begin
  insert into ledger_unsequenced (entry) values (new.id);
  return null;
end
$$;
create trigger unsequenced after insert on ledger_entry
  for each row execute function queue_ledger_entry();
insert into ledger_unsequenced (entry) select id from ledger_entry;

create table ledger_position (
  entry uuid primary key,
  index bigint not null
) partition by range (entry);
comment on table ledger_position is 'retention: ledger';
create index on ledger_position (index);

-- Hashes of complete subtrees of 256^level leaves, 256 side by side in a row; the last row of a level may hold fewer.
create table ledger_tile (
  level smallint not null,
  number bigint not null,
  hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, number)
);
comment on table ledger_tile is 'retention: none: no person in it';
alter table ledger_tile alter column hashes set storage external;

-- Its key stops two trees of one size from being signed.
create table ledger_checkpoint (
  size bigint primary key,
  note text not null
);
comment on table ledger_checkpoint is 'retention: none: no person in it';

-- Who signs: the published key, which holds the log's name. It is made once and stays.
create table ledger_identity (
  sole boolean primary key default true check (sole),
  key text not null
);
comment on table ledger_identity is 'retention: none: no person in it';

-- The months that the entries have.
do $$
declare
  first date;
  months integer;
begin
  select min(to_date(right(c.relname, 7), 'YYYY_MM')), count(*) into first, months
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ledger_entry'::regclass;
  if first is not null then call make_partitions(first, months); end if;
end
$$;
