-- The retention engine: its runs, and how a month of orders ends. Which tables end is handed in by the program.

-- A run, a hold or a release. `at` is the store's clock; `believed` is the newest ledger entry when a person released
-- a hold: entries up to it say nothing more about the clock.
create table retention_run (
  position bigint generated always as identity primary key,
  at timestamptz not null,
  state text not null check (state in ('begun', 'held', 'resumed')),
  reason text not null default '',
  believed uuid
);
comment on table retention_run is 'retention: none: no person in it';

-- The months of which one of the tables still has a partition, oldest first.
create function months_held(tables text[]) returns setof text language sql stable as $$
  select distinct replace(right(part.relname, 7), '_', '-') as month
  from pg_inherits join pg_class part on part.oid = inhrelid
  where inhparent in (select to_regclass(name) from unnest(tables) as name)
  order by month
$$;

-- Ends a month in these tables, except what is kept. A partition is dropped; where a row is kept, or the table has no
-- months, rows are deleted. Returns how many rows there were. It rather fails than lets checkouts wait for it.
create function end_month(tables text[], month date, kept uuid[]) returns bigint
language plpgsql as $$
declare
  low uuid := month_boundary(month);
  high uuid := month_boundary((month + interval '1 month')::date);
  name text;
  part regclass;
  keyed text;
  keeps boolean;
  rows bigint;
  ended bigint := 0;
begin
  set local lock_timeout = '2s';
  foreach name in array tables loop
    part := to_regclass(name || '_' || to_char(month, 'YYYY_MM'));
    select attname into keyed from pg_attribute
      where attrelid = to_regclass(name) and attnum > 0 and not attisdropped
        and attname = any(array['subject', 'order_id', 'id'])
      order by array_position(array['subject', 'order_id', 'id'], attname::text) limit 1;
    if part is null then
      continue when keyed is distinct from 'subject'
        or exists (select from pg_partitioned_table where partrelid = to_regclass(name));
      execute format('delete from %I where subject >= $1 and subject < $2 and subject <> all($3)', name)
        using low, high, kept;
      get diagnostics rows = row_count;
    else
      execute format('select exists (select from %s where %I = any($1))', part, keyed)
        into keeps using kept;
      if keeps then
        execute format('delete from %s where %I <> all($1)', part, keyed) using kept;
        get diagnostics rows = row_count;
      else
        execute format('select count(*) from %s', part) into rows;
        execute format('drop table %s', part);
      end if;
    end if;
    ended := ended + rows;
  end loop;
  return ended;
end
$$;
