-- How a paper ended is put back after a restore by the list of endings, which knows the day alone: then `destroyed_at`
-- is its beginning (UTC).
alter table paper_document
  add column time_lost boolean not null default false,
  add check (destroyed_at is not null or not time_lost);
