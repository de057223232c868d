-- Accounts: that there is one, and who is signed in to it. Address, name and password hash lie sealed in sealed_record,
-- under the person's own key; an account is found by the look-up value of its address alone.

-- `turn` grows with each new password, so that a link which was made before it opens nothing after it.
create table account (
  id uuid primary key,
  turn integer not null default 0,
  created_at timestamptz not null,
  -- Null until a link that was sent to its address has been used.
  confirmed_at timestamptz
);
comment on table account is 'retention: account';
create index on account (created_at) where confirmed_at is null;

-- `digest` is the SHA-256 of a random token of 32 bytes, which only the browser holds; `id` names the session on the
-- person's own page. Neither address nor browser is kept (C7), and `last_seen_at` is coarse.
create table account_session (
  digest bytea primary key,
  id uuid not null unique,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null
);
comment on table account_session is 'retention: account';
create index on account_session (account_id);
create index on account_session (expires_at);
