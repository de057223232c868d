-- Retention: when the store last looked at the time, and whether it trusts it. One row; no person is in it.
--
-- `seen_at` is the last instant at which the clocks agreed and time had passed as it does. Where it has not, `held_at`
-- says since when nothing is ended by the clock, until somebody has looked (privacy/steady-time.ts).

create table retention_clock (
  sole boolean primary key default true check (sole),
  seen_at timestamptz not null,
  held_at timestamptz,
  held_because text check ((held_because is null) = (held_at is null))
);
comment on table retention_clock is 'retention: none: no person in it';

-- Drops a month of the books: the partitions of all that goes with them. Not those of keys, the ledger and disclosures.
-- Where an account was opened in that month, what is sealed and looked up of it stays: it lies beside the orders'.
create function drop_month(month text) returns void language plpgsql as $$
declare
  part text := replace(month, '-', '_');
  parent text;
  persons boolean;
begin
  foreach parent in array array['orders', 'order_line', 'order_event', 'payment', 'refund',
    'accounting_record', 'shipment']
  loop
    execute format('drop table if exists %I', parent || '_' || part);
  end loop;
  execute format('select exists (select from %I where kind = ''person'')', 'data_key_' || part)
    into persons;
  foreach parent in array array['sealed_record', 'blind_index']
  loop
    if persons then
      execute format('delete from %I where subject not in (select id from %I where kind = ''person'')',
        parent || '_' || part, 'data_key_' || part);
    else
      execute format('drop table if exists %I', parent || '_' || part);
    end if;
  end loop;
end
$$;
