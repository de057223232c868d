-- Which orders are an account's: placed while signed in, or joined by a link to the order's own address. The addresses
-- that an account keeps lie in sealed_record as one value, under the person's key: no table says how many there are.

-- The link ends with either side, and with the erasure of either. An order is of one account at most.
create table account_order (
  order_id uuid primary key,
  account_id uuid not null references account on delete cascade,
  joined_at timestamptz not null
);
comment on table account_order is 'retention: account-order';
create index on account_order (account_id, order_id desc);

-- When whoever holds this session last showed who they are: by signing in, or by the password.
alter table account_session add column proven_at timestamptz not null default now();
alter table account_session alter column proven_at drop default;
