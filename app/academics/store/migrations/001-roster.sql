-- Students, courses and who stands in which relation to whom. Every row belongs to one tenant, and every
-- table is closed by row-level security that binds its owner too (FORCE). academics_app has no right on any of
-- them: it calls the functions of the later migrations, which decide, record and answer.

create schema if not exists academics;

create table academics.student (
  tenant text not null,
  id uuid not null,
  -- Shown to people who may read the record; never in telemetry.
  name text not null check (length(name) between 1 and 200),
  synthetic boolean not null default false,
  primary key (tenant, id)
);

create table academics.course (
  tenant text not null,
  id uuid not null,
  code text not null check (code ~ '^[A-Z]{2,5} [0-9]{3}$'),
  title text not null check (length(title) between 1 and 200),
  credit_hundredths integer not null check (credit_hundredths between 25 and 3000),
  term text not null check (length(term) between 1 and 40),
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  primary key (tenant, id),
  unique (tenant, code, term)
);

create table academics.teaches (
  tenant text not null,
  instructor uuid not null,
  course uuid not null,
  primary key (tenant, instructor, course),
  foreign key (tenant, course) references academics.course (tenant, id)
);
create index teaches_course on academics.teaches (tenant, course);

create table academics.enrolled (
  tenant text not null,
  student uuid not null,
  course uuid not null,
  primary key (tenant, student, course),
  foreign key (tenant, student) references academics.student (tenant, id),
  foreign key (tenant, course) references academics.course (tenant, id)
);
create index enrolled_course on academics.enrolled (tenant, course);

create table academics.advises (
  tenant text not null,
  advisor uuid not null,
  student uuid not null,
  primary key (tenant, advisor, student),
  foreign key (tenant, student) references academics.student (tenant, id)
);

-- The registrar of record: who keeps the education records of the tenant.
create table academics.custodian (
  tenant text not null,
  account uuid not null,
  primary key (tenant, account)
);

-- A parent's standing: dependency for tax purposes (34 CFR 99.31(a)(8)) or the student's written consent (99.30).
create table academics.guardian (
  tenant text not null,
  parent uuid not null,
  student uuid not null,
  ground text not null check (ground in ('dependency', 'consent')),
  recorded_on date not null,
  -- Last day it holds; null while nothing ends it.
  ends_on date,
  primary key (tenant, parent, student, ground),
  foreign key (tenant, student) references academics.student (tenant, id)
);

create table academics.grade (
  tenant text not null,
  student uuid not null,
  course uuid not null,
  letter text not null check (letter in ('A', 'A-', 'B+', 'B', 'B-', 'C+', 'C', 'C-', 'D+', 'D', 'F')),
  entered_by uuid not null,
  entered_at timestamptz not null default now(),
  primary key (tenant, student, course),
  foreign key (tenant, student, course) references academics.enrolled (tenant, student, course)
);

-- Which tenant an id belongs to, over all tenants: lets a request for another tenant's id be counted as what
-- it is. Nobody has a right on it; functions of its owner answer yes or no.
create table academics.owner_of_id (
  id uuid primary key,
  tenant text not null
);

do $$
declare
  name text;
begin
  foreach name in array array['student', 'course', 'teaches', 'enrolled', 'advises', 'custodian', 'guardian', 'grade'] loop
    execute format('alter table academics.%I enable row level security', name);
    execute format('alter table academics.%I force row level security', name);
    execute format(
      'create policy tenant_rows on academics.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    -- Seeding writes demo tenants only, whatever app.tenant says.
    execute format(
      'create policy demo_tenants on academics.%I as restrictive for insert to seed_app'
      ' with check (tenant in (''university_a'', ''university_b'', ''drill''))', name);
    execute format('grant insert on academics.%I to seed_app', name);
  end loop;
end
$$;

create policy synthetic_people on academics.student as restrictive for insert to seed_app
  with check (synthetic);

alter table academics.owner_of_id enable row level security;
alter table academics.owner_of_id force row level security;
create policy owner_only on academics.owner_of_id to campanile_owner using (true) with check (true);

create function academics.remember_owner() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into academics.owner_of_id (id, tenant) values (new.id, new.tenant) on conflict do nothing;
  return new;
end
$$;
revoke all on function academics.remember_owner() from public;

create trigger student_owner after insert on academics.student
  for each row execute function academics.remember_owner();
create trigger course_owner after insert on academics.course
  for each row execute function academics.remember_owner();

grant usage on schema academics to academics_app, seed_app;
