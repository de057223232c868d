-- A refund whose last answer was lost is unclear, and its amount stays reserved: it may have been made.
--
-- `tries` and `tried_at` are written before each request that could pay, so that a store that is killed knows what may
-- have left it. `refunded_minor` is what has gone back or may go; `paid_back_minor` is the part that surely has.

alter table refund
  add column tries integer not null default 0,
  add column tried_at timestamptz,
  add column inquired_at timestamptz,
  drop constraint refund_state_check,
  drop constraint refund_amount_minor_check,
  add check (
    state in ('requested', 'unclear', 'done', 'failed') and amount_minor > 0
    and (concluded_at is not null) = (state in ('done', 'failed'))
    and (tried_at is not null) = (tries > 0)
  );
-- Whether these were told is not known.
update refund set tries = 1, tried_at = requested_at where state = 'requested';
create index on refund (inquired_at nulls first, id) where state = 'unclear';
create index on refund (id) where state = 'requested';

alter table orders add column paid_back_minor bigint not null default 0;
update orders set paid_back_minor = done.minor
from (select order_id, sum(amount_minor) as minor from refund where state = 'done' group by order_id) done
where orders.id = done.order_id;
alter table orders
  drop constraint orders_check,
  add check (
    state in ('awaiting payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')
    and least(items_minor, shipping_minor, tax_minor, paid_back_minor) >= 0
    and paid_back_minor <= refunded_minor and refunded_minor <= total_minor
  );
