-- A month of the books ends as fast where accounts were made in it, or papers taken in: what is sealed for them moves
-- to a partition of its own, and the rest is dropped. It was deleted row by row before, a million of them for a
-- million orders.
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
