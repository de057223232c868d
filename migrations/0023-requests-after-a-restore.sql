-- A request that nobody sent: a restore has lost what its person had corrected, and they are to be asked again.
alter table request drop constraint request_channel_check;
alter table request add constraint request_channel_check
  check (channel in ('online', 'letter', 'phone', 'restore'));
