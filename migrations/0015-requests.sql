-- Requests of people about their data: of what kind, how they came, when, what was found and done. No person is in it.
-- `found` is how many orders; `proof` is how somebody who wrote or called showed who they are, out of fixed words.
create table request (
  id uuid primary key,
  kind text not null check (kind in ('access', 'erasure', 'rectification', 'restriction')),
  channel text not null check (channel in ('online', 'letter', 'phone')),
  proof text,
  by text not null,
  received_at timestamptz not null,
  found integer not null,
  done text,
  done_at timestamptz,
  check ((done is null) = (done_at is null))
);
comment on table request is 'retention: none: no person in it';
create index on request (received_at) where done is null;

-- The orders that an open request is about. The rows go when it is done, or with the order.
create table request_order (
  subject uuid not null,
  request uuid not null references request,
  primary key (subject, request)
);
comment on table request_order is 'retention: order-contact';
create index on request_order (request);
