-- Staff: who may sign in to the back office, their open sessions, and a bounded count of failed sign-ins.
-- A member's id is the reference that events, disclosures and the ledger name.

create table staff (
  id uuid primary key,
  login text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{0,39}$'),
  password_hash text not null,
  roles text[] not null check (roles <@ array['owner', 'packing', 'service', 'accounts']),
  disabled_at timestamptz,
  created_at timestamptz not null
);
comment on table staff is 'retention: staff';

-- `digest` is the SHA-256 of a random token of 32 bytes, which only the browser holds. `last_seen_at` is coarse.
create table staff_session (
  digest bytea primary key,
  staff_id uuid not null references staff on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null
);
comment on table staff_session is 'retention: staff';
create index on staff_session (staff_id);
create index on staff_session (expires_at);

-- Attempts by sign-in name, in at most 65,536 rows: a slot is 16 bits of the name's hash, so that whatever somebody
-- types into the wrong field is not kept.
create table sign_in_attempt (
  slot integer primary key check (slot between 0 and 65535),
  attempts integer not null,
  since timestamptz not null
);
comment on table sign_in_attempt is 'retention: staff';
