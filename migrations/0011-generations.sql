-- Generations of keys turn: one is made each day, the one before ends when no key is wrapped by it any more, and after
-- the backup horizon its key is destroyed outside the database (privacy/generations.ts).

alter table generation add column destroyed_at timestamptz,
  add check (destroyed_at is null or destroyed_at >= ended_at);
