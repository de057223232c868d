-- The account that an open request is about, where it is about all of an address. The row goes when the request is
-- done, with the account, or when the account gets another address. `request.found` counts it with the orders.
create table request_account (
  request uuid primary key references request,
  account_id uuid not null references account on delete cascade
);
comment on table request_account is 'retention: account';
create index on request_account (account_id);
