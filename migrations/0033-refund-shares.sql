-- What a refund is of: the tax of each rate in it, as in orders.taxes, and the articles where staff chose them. And
-- what became of it later: when the processor's own came back, which fails it unless it was paid in another way.
--
-- `concluded_at` stays the time at which it was made, so that the books have both days.

alter table refund
  add column taxes jsonb not null default '[]',
  add column lines jsonb,
  add column shipping_minor bigint not null default 0,
  add column paid_otherwise boolean not null default false,
  add column sent_back_at timestamptz,
  drop constraint refund_check,
  add check (
    state in ('requested', 'unclear', 'done', 'failed') and amount_minor > 0 and shipping_minor >= 0
    and (concluded_at is not null) = (state in ('done', 'failed'))
    and (tried_at is not null) = (tries > 0)
    and (state = 'done' or not paid_otherwise)
    and (sent_back_at is null or concluded_at is not null)
  );

-- Of those that came back before this the day on which they were made is not known any more.
update refund set sent_back_at = concluded_at
where state = 'failed' and company_reference is not null and exists (
  select from order_event event
  where event.order_id = refund.order_id and event.kind = 'refund failed'
    and event.details ->> 'reason' = 'came back after it had been made'
    and (event.details ->> 'amountMinor')::bigint = refund.amount_minor);

-- The shares of those that were asked for before this: of each rate what comes to it of all that was refunded until
-- then, less what came to it before, so that whatever is rounded their sum is that of the order.
with live as (
  select order_id, id, amount_minor,
    sum(amount_minor) over (partition by order_id order by id) as until
  from refund where state <> 'failed'
), rate as (
  select o.id as order_id, o.total_minor, s.place, (s.share ->> 'ratePpm')::bigint as ppm,
    (s.share ->> 'taxMinor')::bigint as tax,
    (s.share ->> 'netMinor')::bigint + (s.share ->> 'taxMinor')::bigint as gross,
    sum((s.share ->> 'netMinor')::bigint + (s.share ->> 'taxMinor')::bigint)
      over (partition by o.id order by s.place) as below
  from orders o, jsonb_array_elements(o.taxes) with ordinality as s (share, place)
  where o.id in (select order_id from live)
), part as (
  select live.order_id, live.id, place, ppm, tax, gross,
    div(below * until, total_minor) - div((below - gross) * until, total_minor) as gross_until,
    div(below * (until - amount_minor), total_minor)
      - div((below - gross) * (until - amount_minor), total_minor) as gross_before
  from live join rate using (order_id)
), share as (
  select order_id, id, place, ppm, gross_until - gross_before as gross,
    div(2 * tax * gross_until + gross, 2 * greatest(gross, 1))
      - div(2 * tax * gross_before + gross, 2 * greatest(gross, 1)) as tax
  from part
)
update refund set taxes = shares.taxes
from (
  select order_id, id, jsonb_agg(jsonb_build_object(
    'ratePpm', ppm, 'netMinor', gross - tax, 'taxMinor', tax) order by place) as taxes
  from share where gross <> 0 group by order_id, id
) shares
where refund.order_id = shares.order_id and refund.id = shares.id;

-- How much tax is in what has gone back, for lists, pages and mails.
alter table orders add column paid_back_tax_minor bigint not null default 0;
update orders set paid_back_tax_minor = done.tax
from (
  select order_id, sum((share ->> 'taxMinor')::bigint) as tax
  from refund, jsonb_array_elements(taxes) as share where state = 'done' group by order_id
) done
where orders.id = done.order_id;
alter table orders
  drop constraint orders_check,
  add check (
    state in ('awaiting payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')
    and least(items_minor, shipping_minor, tax_minor, paid_back_minor, paid_back_tax_minor) >= 0
    and paid_back_minor <= refunded_minor and refunded_minor <= total_minor
    and paid_back_tax_minor <= tax_minor
  );

drop index refund_concluded_at_idx;
create index on refund (coalesce(sent_back_at, concluded_at))
where state = 'failed' or sent_back_at is not null;

-- What staff are told of: a refund that failed, until the order's next one is asked for, and one that stays paid though
-- the processor's own came back.
create view refund_failure as
select order_id, amount_minor, coalesce(sent_back_at, concluded_at) as failed_at,
  case when state = 'done' then 'stays paid' when sent_back_at is null then 'failed' else 'came back' end
    as failure
from refund
where (state = 'failed' or sent_back_at is not null) and (state = 'done' or not exists (
  select from refund later
  where later.order_id = refund.order_id
    and later.requested_at > coalesce(refund.sent_back_at, refund.concluded_at)));
