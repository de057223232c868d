-- Carts and orders. No column here holds a value about a person: names and addresses lie sealed in sealed_record.
-- The summary `state` of an order is for lists; what happened, who did it and when is in order_event.
-- A table has one check: each is read anew at every insert, and costs about as much as the insert itself.

create table cart (
  id uuid primary key,
  changed_at timestamptz not null
);
comment on table cart is 'retention: cart';
create index on cart (changed_at);

create table cart_line (
  cart_id uuid not null references cart on delete cascade,
  variant_id uuid not null,
  quantity integer not null check (quantity between 1 and 99),
  added_at timestamptz not null,
  primary key (cart_id, variant_id)
);
comment on table cart_line is 'retention: cart';

create sequence order_number start 100001;

create table orders (
  id uuid primary key,
  number bigint not null default nextval('order_number'),
  state text not null,
  placed_at timestamptz not null,
  country text not null,
  currency text not null,
  items_minor bigint not null,
  shipping_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  refunded_minor bigint not null default 0,
  taxes jsonb not null,
  prices_include_tax boolean not null,
  shipping_method text not null,
  weight_grams integer not null,
  language text not null,
  revision text not null,
  check (
    state in ('awaiting payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled')
    and least(items_minor, shipping_minor, tax_minor, refunded_minor) >= 0
    and refunded_minor <= total_minor
  )
) partition by range (id);
comment on table orders is 'retention: accounting-record';
create index on orders (number);
create index on orders (state, id desc);

create table order_line (
  order_id uuid not null,
  position integer not null,
  variant_id uuid not null,
  sku text not null,
  title text not null,
  quantity integer not null,
  unit_minor bigint not null,
  tax_rate_ppm integer not null,
  weight_grams integer not null,
  hs_code text,
  origin_country text,
  check (quantity > 0 and unit_minor >= 0 and tax_rate_ppm >= 0),
  primary key (order_id, position)
) partition by range (order_id);
comment on table order_line is 'retention: accounting-record';

-- Every change of an order's state, and everything done to it: what, who (staff reference, 'customer', a company, or
-- 'store'), when. Details hold ids and amounts, never a value about a person.
create table order_event (
  order_id uuid not null,
  id uuid not null,
  kind text not null,
  by text not null,
  details jsonb not null default '{}',
  primary key (order_id, id)
) partition by range (order_id);
comment on table order_event is 'retention: accounting-record';

create table payment (
  order_id uuid primary key,
  company text not null,
  state text not null,
  amount_minor bigint not null,
  currency text not null,
  session_id text,
  intent_id text,
  started_at timestamptz not null,
  lapses_at timestamptz not null,
  paid_at timestamptz,
  cart_id uuid,
  check (case state when 'started' then paid_at is null when 'paid' then paid_at is not null else false end)
) partition by range (order_id);
comment on table payment is 'retention: accounting-record';
create index on payment (lapses_at) where state = 'started';

create table refund (
  order_id uuid not null,
  id uuid not null,
  state text not null check (state in ('requested', 'done', 'failed')),
  amount_minor bigint not null check (amount_minor > 0),
  by text not null,
  disclosure_id uuid not null,
  company_reference text,
  requested_at timestamptz not null,
  concluded_at timestamptz,
  primary key (order_id, id)
) partition by range (order_id);
comment on table refund is 'retention: accounting-record';

create table accounting_record (
  order_id uuid primary key,
  month text not null,
  paid_at timestamptz not null,
  currency text not null,
  total_minor bigint not null,
  taxes jsonb not null
) partition by range (order_id);
comment on table accounting_record is 'retention: accounting-record';
create index on accounting_record (month);

-- A parcel. Its tracking number and label lie sealed under the order's key. `reference` is random: what the carrier is
-- told names neither the order nor the customer.
create table shipment (
  order_id uuid not null,
  id uuid not null,
  reference text not null,
  company text not null,
  state text not null check (state in ('requested', 'booked', 'delivered', 'failed', 'cancelled')),
  weight_grams integer not null,
  disclosure_id uuid not null,
  customs_disclosure_id uuid,
  company_reference text,
  by text not null,
  requested_at timestamptz not null,
  booked_at timestamptz,
  delivered_at timestamptz,
  primary key (order_id, id)
) partition by range (order_id);
comment on table shipment is 'retention: order-contact';
create index on shipment (company_reference);

call make_partitions(date_trunc('month', now())::date, 4);
