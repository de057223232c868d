-- An erasure that its person wanted in some days, with a way back: a row each of its orders. `entry` is the ledger's
-- entry of that end, named beforehand; the rows go when it happens or is taken back.
create table erasure_plan (
  subject uuid primary key,
  entry uuid not null,
  due_at timestamptz not null,
  asked_at timestamptz not null
);
comment on table erasure_plan is 'retention: order-contact';
create index on erasure_plan (due_at);
create index on erasure_plan (entry);

-- What a company is asked to erase, by its own references, until it has been told. `id` is the notice's disclosure.
-- Nothing leads here from a person or an order: both have ended in the transaction that wrote it.
create table erasure_notice (
  id uuid primary key,
  known_as text[] not null
);
comment on table erasure_notice is 'retention: erasure-notice';
