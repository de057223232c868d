-- What a person changes about their account: its e-mail address, its recovery codes, the orders that are in it.

-- A change of address that was asked for, until its link was opened in the new mailbox, or its day is over. The new
-- address lies in sealed_record, under the person's key.
create table account_email_change (
  account_id uuid primary key references account on delete cascade,
  asked_at timestamptz not null
);
comment on table account_email_change is 'retention: email-change';
create index on account_email_change (asked_at);

-- When a restore has lost a change of the account's address: what it has is a former one, to which nothing is sent, and
-- which opens it by its password alone.
alter table account add column address_lost_at timestamptz;
create index on account (address_lost_at) where address_lost_at is not null;

-- Random names, by which the list of endings says what was given up: a set of recovery codes, a tie to an account.
alter table account_factor add column codes uuid not null default gen_random_uuid();
alter table account_order add column tie uuid not null default gen_random_uuid() unique;
