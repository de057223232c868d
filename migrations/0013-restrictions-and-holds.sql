-- What stops an order's data from being used, or from being ended. Each row is the record of an act: who, when, why.
-- Its id is the reference by which the ledger knows it; the row goes with the order, or when it is taken back.

-- Its person has restricted the use: it is stored and nothing else (art. 18 GDPR).
create table restriction (
  subject uuid primary key,
  id uuid not null,
  by text not null,
  set_at timestamptz not null
);
comment on table restriction is 'retention: order-contact';

-- It must not end before the day is over: a claim, an authority, a dispute.
create table legal_hold (
  subject uuid primary key,
  id uuid not null,
  ground text not null,
  until date not null,
  by text not null,
  set_at timestamptz not null
);
comment on table legal_hold is 'retention: order-contact';
create index on legal_hold (until);
