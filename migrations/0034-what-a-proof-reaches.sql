-- Who has named an order and what was in it has not shown that an account is theirs: open requests with no more proof
-- than that leave accounts, and the orders in them (decision 32).
delete from request_account using request
where request.id = request and proof = 'they named the order and what was in it' and done is null;

delete from request_order using request, account_order
where request.id = request and proof = 'they named the order and what was in it' and done is null
  and account_order.order_id = subject;
