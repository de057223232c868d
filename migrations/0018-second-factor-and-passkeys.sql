-- The second factor and the passkeys of accounts. Secret, hashes of recovery codes, names, ids and public keys lie
-- sealed in sealed_record, under the person's own key; a passkey is found by the look-up value of its id alone.

create table account_factor (
  account_id uuid primary key references account on delete cascade,
  created_at timestamptz not null,
  -- The time step (RFC 6238) of the code that was used last: neither it nor an earlier one is taken again.
  last_step integer not null,
  -- Wrong codes since the last right one, or since a new password.
  wrong_codes integer not null default 0
);
comment on table account_factor is 'retention: account';

-- `last_used_at` is coarse, as that of sessions is.
create table account_passkey (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  -- The authenticator's own counter (WebAuthn); 0 where it keeps none.
  sign_count bigint not null
);
comment on table account_passkey is 'retention: account';
create index on account_passkey (account_id);

-- Challenges that were answered, until they are too old to be answered again: SHA-256 of each.
create table passkey_challenge (
  spent bytea primary key,
  ends_at timestamptz not null
);
comment on table passkey_challenge is 'retention: none: hashes of random bytes, for minutes';
create index on passkey_challenge (ends_at);
