-- The books of a month ask for its refunds by the time at which they were made, and for its sales day by day.

create index on refund (concluded_at);

create index on accounting_record (month, paid_at);
drop index accounting_record_month_idx;
