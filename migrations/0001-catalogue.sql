-- The catalogue: what is sold. No person is in any of these tables.

create table category (
  id uuid primary key,
  parent_id uuid references category,
  slug text not null unique,
  name text not null,
  position bigint generated always as identity,
  unique nulls not distinct (parent_id, name)
);
comment on table category is 'retention: none: no person in it';

create table product (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  -- Plain text; an empty line parts paragraphs.
  description text not null,
  status text not null check (status in ('draft', 'active', 'archived')),
  tax_category text not null,
  product_type text not null,
  category_id uuid references category,
  tags text[] not null,
  -- [{"name": "Wattage", "value": "1400W"}]
  attributes jsonb not null,
  meta_title text not null,
  meta_description text not null,
  -- The order of the shelf: that of the first import.
  position bigint generated always as identity,
  changed_at timestamptz not null
);
create index on product (category_id);
comment on table product is 'retention: none: no person in it';

-- Files are named by their content and never change; see `catalogue/import/pictures.ts`.
create table picture (
  id uuid primary key,
  product_id uuid not null references product on delete cascade,
  file text not null,
  small_file text not null,
  width int not null check (width > 0),
  height int not null check (height > 0),
  alt text not null,
  position int not null,
  unique (product_id, file)
);
comment on table picture is 'retention: none: no person in it';

create table variant (
  id uuid primary key,
  product_id uuid not null references product on delete cascade,
  sku text not null unique,
  -- [{"name": "Colour", "value": "White"}]; empty where the product has no separate variants.
  options jsonb not null,
  weight_grams int check (weight_grams > 0),
  length_mm int check (length_mm > 0),
  width_mm int check (width_mm > 0),
  height_mm int check (height_mm > 0),
  hs_code text check (hs_code ~ '^[0-9]{6,13}$'),
  origin_country text check (origin_country ~ '^[A-Z]{2}$'),
  tracked boolean not null,
  backorderable boolean not null,
  position int not null,
  picture_id uuid references picture on delete set null
);
create index on variant (product_id);
create index on variant (picture_id);
comment on table variant is 'retention: none: no person in it';

create table price (
  variant_id uuid not null references variant on delete cascade,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  compare_at_minor bigint check (compare_at_minor > amount_minor),
  primary key (variant_id, currency)
);
comment on table price is 'retention: none: no person in it';

-- Updated at every sale: room is left on each page so that an update stays on its page (HOT).
create table stock (
  variant_id uuid primary key references variant on delete cascade,
  available int not null check (available >= 0),
  -- Sold before it was there; goods that come back fill this first.
  backordered int not null default 0 check (backordered >= 0)
) with (fillfactor = 50);
comment on table stock is 'retention: none: no person in it';
