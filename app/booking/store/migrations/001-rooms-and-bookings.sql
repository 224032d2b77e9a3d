-- Rooms of a campus and who has them when. No two bookings of a room overlap: an exclusion constraint holds it,
-- whatever code asks. booking_app reads and writes its own tables within one tenant and nothing else.

create schema if not exists booking;
create extension if not exists btree_gist with schema booking;

-- What a tenant's campus decides: its clock and when its rooms are open.
create table booking.campus (
  tenant text primary key,
  -- Name of the IANA time zone database.
  time_zone text not null check (time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$'),
  opens time not null default '08:00',
  closes time not null default '18:00' check (closes > opens)
);

create table booking.room (
  tenant text not null references booking.campus (tenant),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  building text not null check (length(building) between 1 and 100),
  capacity integer not null check (capacity between 1 and 2000),
  primary key (tenant, id)
);

create table booking.booking (
  tenant text not null,
  id uuid not null default gen_random_uuid(),
  room uuid not null,
  booked_by uuid not null,
  during tstzrange not null
    check (lower_inc(during) and not upper_inc(during) and not isempty(during)
           and upper(during) - lower(during) <= interval '4 hours'),
  created_at timestamptz not null default now(),
  cancelled_at timestamptz,
  primary key (tenant, id),
  foreign key (tenant, room) references booking.room (tenant, id),
  constraint booking_no_overlap exclude using gist (tenant with =, room with =, during with &&)
    where (cancelled_at is null)
);
create index booking_by_account on booking.booking (tenant, booked_by, lower(during)) where (cancelled_at is null);

-- Which tenant an id belongs to, over all tenants; see is_foreign.
create table booking.owner_of_id (
  id uuid primary key,
  tenant text not null
);

do $$
declare
  name text;
begin
  foreach name in array array['campus', 'room', 'booking'] loop
    execute format('alter table booking.%I enable row level security', name);
    execute format('alter table booking.%I force row level security', name);
    execute format(
      'create policy tenant_rows on booking.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
  end loop;
  foreach name in array array['campus', 'room'] loop
    -- Seeding writes demo tenants only, whatever app.tenant says.
    execute format(
      'create policy demo_tenants on booking.%I as restrictive for insert to seed_app'
      ' with check (tenant in (''university_a'', ''university_b'', ''drill''))', name);
    execute format('grant insert on booking.%I to seed_app', name);
  end loop;
end
$$;

alter table booking.owner_of_id enable row level security;
alter table booking.owner_of_id force row level security;
create policy owner_only on booking.owner_of_id to campanile_owner using (true) with check (true);

create function booking.remember_owner() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into booking.owner_of_id (id, tenant) values (new.id, new.tenant) on conflict do nothing;
  return new;
end
$$;
revoke all on function booking.remember_owner() from public;

create trigger room_owner after insert on booking.room
  for each row execute function booking.remember_owner();
create trigger booking_owner after insert on booking.booking
  for each row execute function booking.remember_owner();

-- Tells whether an id belongs to another tenant than the transaction's; asked only to count the attempt.
create function booking.is_foreign(id uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from booking.owner_of_id o
    where o.id = is_foreign.id and o.tenant is distinct from current_setting('app.tenant', true)
  )
$$;
revoke all on function booking.is_foreign(uuid) from public;
grant execute on function booking.is_foreign(uuid) to booking_app;

grant usage on schema booking to booking_app, seed_app;
grant select on booking.campus, booking.room, booking.booking to booking_app;
grant insert (tenant, room, booked_by, during), update (cancelled_at) on booking.booking to booking_app;
