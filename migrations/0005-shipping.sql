-- Shipping: zones, methods and prices by weight. No person is in any of these tables: a price needs a weight and a
-- country. What is seeded suits a shop in Denmark; a merchant changes the rows. A country without a zone is not served.

create table shipping_zone (
  code text primary key,
  position integer not null
);
comment on table shipping_zone is 'retention: none: no person in it';

create table shipping_zone_country (
  country text primary key check (country ~ '^[A-Z]{2}$'),
  zone text not null references shipping_zone on delete cascade
);
comment on table shipping_zone_country is 'retention: none: no person in it';

-- `name` is a key of the pages' words. `carrier` is the company that carries it, as it is set up in the store.
create table shipping_method (
  code text primary key,
  name text not null,
  carrier text not null,
  position integer not null
);
comment on table shipping_method is 'retention: none: no person in it';

create table shipping_time (
  zone text not null references shipping_zone on delete cascade,
  method text not null references shipping_method on delete cascade,
  min_days integer not null check (min_days > 0),
  max_days integer not null check (max_days >= min_days),
  primary key (zone, method)
);
comment on table shipping_time is 'retention: none: no person in it';

-- The price of a parcel that weighs `up_to_grams` at most, and more than the row below it.
create table shipping_rate (
  zone text not null,
  method text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  up_to_grams integer not null check (up_to_grams > 0),
  price_minor bigint not null check (price_minor >= 0),
  primary key (zone, method, currency, up_to_grams),
  foreign key (zone, method) references shipping_time on delete cascade
);
comment on table shipping_rate is 'retention: none: no person in it';

insert into shipping_zone (code, position) values
  ('domestic', 1), ('eu', 2), ('europe', 3), ('world', 4);

insert into shipping_zone_country (zone, country) values ('domestic', 'DK');

insert into shipping_zone_country (zone, country) select 'eu', found[1]
from regexp_matches('
    AT AX BE BG CY CZ DE EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK
', '[A-Z]{2}', 'g') as found;

insert into shipping_zone_country (zone, country) select 'europe', found[1]
from regexp_matches('
    AD AL BA CH FO GB GG GI IM IS JE LI MD ME MK NO RS SJ SM TR UA VA XK
', '[A-Z]{2}', 'g') as found;

insert into shipping_zone_country (zone, country) select 'world', found[1]
from regexp_matches('
    AE AF AG AI AM AO AR AS AU AW AZ BB BD BF BH BI BJ BL BM BN BO BQ BR BS BT BW BZ CA CC CD CF CG
    CI CK CL CM CN CO CR CU CV CW CX DJ DM DO DZ EC EG EH ER ET FJ FK FM GA GD GE GF GH GL GM GN GP
    GQ GT GU GW GY HK HN HT ID IL IN IO IQ IR JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LK LR
    LS LY MA MF MG MH ML MM MN MO MP MQ MR MS MU MV MW MX MY MZ NA NC NE NF NG NI NP NR NU NZ OM PA
    PE PF PG PH PK PM PN PR PS PW PY QA RE RW SA SB SC SD SG SH SL SN SO SR SS ST SV SX SY SZ TC TD
    TG TH TJ TK TL TM TN TO TT TV TW TZ UG US UY UZ VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
', '[A-Z]{2}', 'g') as found;

insert into shipping_method (code, name, carrier, position) values
  ('standard', 'standard', 'EasyPost', 1),
  ('express', 'express', 'EasyPost', 2);

insert into shipping_time (zone, method, min_days, max_days) values
  ('domestic', 'standard', 1, 3),
  ('domestic', 'express', 1, 1),
  ('eu', 'standard', 3, 6),
  ('eu', 'express', 1, 3),
  ('europe', 'standard', 4, 8),
  ('europe', 'express', 2, 4),
  ('world', 'standard', 7, 21),
  ('world', 'express', 3, 6);

-- Up to 0.5, 1, 2, 5, 10, 20, 30 and 70 kg.
insert into shipping_rate (zone, method, currency, up_to_grams, price_minor)
select zone, method, currency, up_to_grams, price_minor from (values
  ('domestic', 'standard', 'EUR', array[450, 490, 590, 790, 990, 1490, 1990, 3990]),
  ('domestic', 'standard', 'USD', array[490, 590, 690, 890, 1090, 1690, 2290, 4590]),
  ('domestic', 'express', 'EUR', array[890, 990, 1190, 1490, 1890, 2690, 3490, 6490]),
  ('domestic', 'express', 'USD', array[990, 1090, 1390, 1690, 2190, 3090, 3990, 7490]),
  ('eu', 'standard', 'EUR', array[790, 990, 1190, 1590, 1990, 2990, 3990, 7990]),
  ('eu', 'standard', 'USD', array[890, 1090, 1390, 1790, 2290, 3390, 4590, 9190]),
  ('eu', 'express', 'EUR', array[1690, 1990, 2390, 2990, 3990, 5990, 7990, 15990]),
  ('eu', 'express', 'USD', array[1890, 2290, 2690, 3390, 4590, 6890, 9190, 18390]),
  ('europe', 'standard', 'EUR', array[1190, 1390, 1690, 2290, 2990, 4490, 5990, 11990]),
  ('europe', 'standard', 'USD', array[1390, 1590, 1890, 2590, 3390, 5190, 6890, 13790]),
  ('europe', 'express', 'EUR', array[2490, 2990, 3490, 4490, 5990, 8990, 11990, 23990]),
  ('europe', 'express', 'USD', array[2890, 3390, 3990, 5190, 6890, 10290, 13790, 27590]),
  ('world', 'standard', 'EUR', array[1590, 1990, 2690, 4490, 6990, 11990, 16990, 38990]),
  ('world', 'standard', 'USD', array[1790, 2290, 3090, 5190, 7990, 13790, 19490, 44790]),
  ('world', 'express', 'EUR', array[3490, 3990, 4990, 7490, 10990, 17990, 24990, 54990]),
  ('world', 'express', 'USD', array[3990, 4590, 5690, 8590, 12590, 20690, 28690, 63190])
) as seed (zone, method, currency, prices),
unnest(array[500, 1000, 2000, 5000, 10000, 20000, 30000, 70000], prices)
  as step (up_to_grams, price_minor);
