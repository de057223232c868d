-- A mailbox from which many orders came has a key of its own, by which the keys of those that are closed are wrapped
-- once more: all of them end with it, in as little time as one (privacy/mailbox.ts).
--
-- While it lives, `digest` is its look-up value, and `mailbox_told` says which companies were given something of its
-- orders. Once it has ended neither is left; the row stays until the last of its orders' rows has followed.

create table mailbox (
  id uuid primary key,
  digest bytea unique,
  newest_paid_at timestamptz,
  -- Whether the notes are of the orders under its key and of no other; not so once one has left it.
  is_noted boolean not null default true,
  ended_at timestamptz,
  check ((digest is null) = (ended_at is not null))
);
comment on table mailbox is 'retention: look-up';

create table mailbox_told (
  -- No reference, which would lock the mailbox: whoever writes this has locked an order already.
  mailbox uuid not null,
  recipient text not null,
  company text not null,
  primary key (mailbox, recipient, company)
);
comment on table mailbox_told is 'retention: look-up';

alter table data_key drop constraint data_key_kind_check,
  add check (kind in ('person', 'order', 'period', 'cart', 'document', 'mailbox')),
  add column mailbox uuid;
create index on data_key (mailbox, id) where mailbox is not null;
create index on refund (order_id) where state not in ('done', 'failed');

-- A notice that waits for the references of a mailbox's orders.
alter table erasure_notice add column mailbox uuid;

-- Keys that open something: not those whose mailbox has ended, though their rows have yet to follow. What is asked of
-- one row is a value of its own, in both views: PostgreSQL makes a join of an `exists`, whatever limit it has, and one
-- that was planned over empty tables reads all keys.
create view living_key as
select k.* from data_key k
where k.mailbox is null or (select m.ended_at is null from mailbox m where m.id = k.mailbox);

-- By which somebody is found.
create view living_look_up as
select b.* from blind_index b
where (select true from living_key where id = b.subject limit 1);
