-- A refund that was made can fail days later, when the customer's bank sends it back. The processor then names it by
-- its id alone, and staff are shown the orders whose money came back.

create index on refund (id);
create index on refund (concluded_at) where state = 'failed' and company_reference is not null;
