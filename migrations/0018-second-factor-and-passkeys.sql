-- The second factor of accounts: that there is one, and which of its codes was used last. Its secret and the hashes of
-- its recovery codes lie sealed in sealed_record, under the person's own key.

create table account_factor (
  account_id uuid primary key references account on delete cascade,
  created_at timestamptz not null,
  -- The time step (RFC 6238) of the code that was used last: neither it nor an earlier one is taken again.
  last_step integer not null,
  -- Wrong codes since the last right one, or since a new password.
  wrong_codes integer not null default 0
);
comment on table account_factor is 'retention: account';
