-- Look-up values end with their generation of keys: each lies enciphered once more by a key of its generation, and is
-- covered anew by the next one when the keys turn (privacy/_covers.ts, decision 0029).

do $$
begin
  if exists (select from blind_index) then
    raise exception 'This store is of before the first release, and its look-up values cannot be taken over'
      using hint = 'Begin with an empty data folder';
  end if;
end
$$;

drop view living_look_up;

alter table blind_index rename column digest to covered;
alter table blind_index add column generation integer not null;

alter table mailbox rename column digest to covered;
alter table mailbox add column generation integer,
  add check ((covered is null) = (generation is null));

-- By which somebody is found.
create view living_look_up as
select b.* from blind_index b
where (select true from living_key where id = b.subject limit 1);

-- By which keys are wrapped or look-up values covered: a generation ends once it is not among them.
create view used_generation as
select generation from data_key
union all select generation from blind_index
union all select generation from mailbox where generation is not null;
