-- An order whose person has asked for its end while it was still open. It ends when the order closes, and this row
-- with it. `entry` is the ledger's entry of that end, named beforehand, so that its receipt can be promised.

create table erasure_request (
  subject uuid primary key,
  entry uuid not null,
  requested_at timestamptz not null
);
comment on table erasure_request is 'retention: order-contact';
