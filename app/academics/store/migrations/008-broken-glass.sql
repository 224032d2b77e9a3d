-- Broken glass is open for an hour and is reviewed by a second person. Each typed reason is a row until somebody
-- has judged it; then the row keeps who, when and the verdict, and the reason stands in the ledger alone.

create table academics.glass (
  tenant text not null,
  id uuid not null,
  account uuid not null,
  role text not null,
  student uuid not null,
  -- Verbatim, for the reviewer; null once reviewed.
  reason text,
  opened_at timestamptz not null,
  -- First instant at which a new reason is wanted.
  ends_at timestamptz not null check (ends_at >= opened_at),
  reviewed_at timestamptz,
  reviewed_by uuid check (reviewed_by <> account),
  verdict text check (verdict in ('justified', 'unjustified')),
  primary key (tenant, id),
  foreign key (tenant, student) references academics.student (tenant, id),
  check (num_nulls(reviewed_at, reviewed_by, verdict) in (0, 3)),
  check ((reviewed_at is null) = (reason is not null))
);
create index glass_unreviewed on academics.glass (tenant, opened_at, id) where reviewed_at is null;
create index glass_open on academics.glass (tenant, account, student, ends_at) where reviewed_at is null;

alter table academics.glass enable row level security;
alter table academics.glass force row level security;
create policy tenant_rows on academics.glass using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));

-- Tenants in which glass was ever broken: whoever counts visits each of them under its own row-level security.
create table academics.glass_tenant (tenant text primary key);
alter table academics.glass_tenant enable row level security;
alter table academics.glass_tenant force row level security;
create policy owner_only on academics.glass_tenant to campanile_owner using (true) with check (true);

-- Breaks the glass for an hour, a bound of the house: long enough for one conversation at a counter.
create function academics.break_glass(reader academics.reader, student uuid, reason text) returns academics.glass
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  opened academics.glass;
begin
  insert into academics.glass_tenant (tenant) values (reader.tenant) on conflict do nothing;
  insert into academics.glass (tenant, id, account, role, student, reason, opened_at, ends_at)
    values (reader.tenant, outbox.uuid7(), reader.account, reader.role, student, reason,
            clock_timestamp(), clock_timestamp() + interval '1 hour')
    returning * into opened;
  return opened;
end
$$;

-- Finds the glass this caller broke for this student in this role and that is still open.
create function academics.open_glass(reader academics.reader, student uuid) returns academics.glass
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select g from academics.glass g
  where g.account = (open_glass.reader).account and g.role = (open_glass.reader).role
    and g.student = open_glass.student and g.reviewed_at is null and g.ends_at > clock_timestamp()
  order by g.opened_at desc limit 1
$$;

/* Reads a student's record by the closest relationship, or by glass: a typed reason breaks it, and while it is
   open the same caller needs none. Each read is an event; those after the first name the glass of the first. */
create or replace function academics.read_transcript(
  reader academics.reader, student uuid, reason text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  relation academics.relationship;
  glass academics.glass;
  manner text;
begin
  perform academics.require_tenant(reader);
  if reader.role not in ('student', 'parent', 'faculty', 'staff', 'registrar') then
    return academics.deny(reader, case when exists (
      select from academics.student s where s.id = read_transcript.student) then student end, 'role');
  end if;
  if not exists (select from academics.student s where s.id = read_transcript.student) then
    if academics.is_foreign(student) then return academics.deny_foreign(reader, 'transcript'); end if;
    return academics.deny(reader, student, 'unknown_student');
  end if;
  relation := academics.relationship_of(reader, student);
  manner := relation.kind;
  if relation.kind is null then
    if reader.role in ('student', 'parent') then return academics.deny(reader, student, 'no_relationship'); end if;
    if reason is null then
      glass := academics.open_glass(reader, student);
      manner := 'break_glass_again';
    elsif length(btrim(reason)) >= 20 then
      glass := academics.break_glass(reader, student, reason);
      manner := 'break_glass';
    end if;
    if glass.id is null then return academics.deny(reader, student, 'reason_missing'); end if;
    relation := row('break_glass', '99.31(a)(1)(i)(A)',
                    case reader.role when 'faculty' then 'Faculty member'
                                     when 'registrar' then 'Registrar''s office'
                                     else 'Staff member' end,
                    glass.reason)::academics.relationship;
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', academics.class_of(relation.basis),
      'action', case relation.kind when 'break_glass' then 'break_glass.read' else 'transcript.read' end,
      'outcome', 'success', 'basis', relation.basis, 'reason', manner, 'resource', 'transcript'),
    jsonb_build_object('subject', student, 'party', relation.party, 'interest', relation.interest,
                       'resourceId', glass.id));
  return jsonb_strip_nulls(jsonb_build_object(
    'outcome', 'read', 'relationship', relation.kind, 'basis', relation.basis,
    'class', academics.class_of(relation.basis), 'glassEndsAt', academics.instant(glass.ends_at)))
    || jsonb_build_object('transcript', academics.transcript_of(student));
end
$$;

-- Writes an instant as RFC 3339 in UTC with milliseconds.
create function academics.instant(at timestamptz) returns text
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

/* Lists broken glass that waits for its review, oldest first, for the registrar of record; looking is an event. */
create function academics.list_glass(reader academics.reader, page integer) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.require_tenant(reader);
  if not academics.keeps_records(reader) then
    return academics.deny_other(reader, null, 'role', 'broken_glass');
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'access', 'action', 'register.read', 'outcome', 'success', 'resource', 'broken_glass'),
    '{}'::jsonb);
  return jsonb_build_object('outcome', 'read', 'reviews', (
    select coalesce(jsonb_agg(jsonb_build_object(
             'id', p.id, 'account', p.account, 'role', p.role, 'student', p.student, 'reason', p.reason,
             'openedAt', academics.instant(p.opened_at), 'endsAt', academics.instant(p.ends_at))
             order by p.opened_at, p.id), '[]'::jsonb)
    from (select * from academics.glass g where g.reviewed_at is null
          order by g.opened_at, g.id limit least(greatest(page, 1), 200)) p));
end
$$;

/* Reviews broken glass, for the registrar of record and never for whoever broke it. The review closes the glass,
   is an event that names it, and takes the reason out of the row. */
create function academics.review_glass(
  reader academics.reader, glass uuid, verdict text, finding text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  broken academics.glass;
begin
  perform academics.require_tenant(reader);
  if not academics.keeps_records(reader) then
    return academics.deny_other(reader, null, 'role', 'broken_glass');
  end if;
  -- Locks the row, so that of two reviews one is the first.
  select * into broken from academics.glass g where g.id = review_glass.glass for update;
  if broken.id is null then return jsonb_build_object('outcome', 'denied', 'reason', 'unknown'); end if;
  if broken.account = reader.account then
    return academics.deny_other(reader, broken.student, 'own_glass', 'broken_glass');
  end if;
  if broken.reviewed_at is not null then return jsonb_build_object('outcome', 'denied', 'reason', 'reviewed'); end if;
  update academics.glass g
    set reviewed_at = clock_timestamp(), reviewed_by = reader.account, verdict = review_glass.verdict,
        reason = null, ends_at = least(g.ends_at, clock_timestamp())
    where g.id = review_glass.glass;
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'access', 'action', 'break_glass.reviewed', 'outcome', 'success',
                       'reason', review_glass.verdict, 'resource', 'broken_glass'),
    jsonb_build_object('subject', broken.student, 'resourceId', broken.id,
                       'party', 'Registrar of record', 'interest', finding));
  return jsonb_build_object('outcome', 'reviewed');
end
$$;

-- Counts what waits for its review in each tenant, and how long the oldest has waited, in seconds.
create function academics.count_glass() returns table (tenant text, waiting integer, oldest_seconds double precision)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  visited text;
begin
  for visited in select t.tenant from academics.glass_tenant t loop
    perform set_config('app.tenant', visited, true);
    return query
      select visited, count(*)::integer,
             coalesce(extract(epoch from clock_timestamp() - min(g.opened_at)), 0)::double precision
      from academics.glass g where g.reviewed_at is null;
  end loop;
  perform set_config('app.tenant', '', true);
end
$$;

revoke all on function academics.break_glass(academics.reader, uuid, text) from public;
revoke all on function academics.open_glass(academics.reader, uuid) from public;
revoke all on function academics.instant(timestamptz) from public;
revoke all on function academics.list_glass(academics.reader, integer) from public;
revoke all on function academics.review_glass(academics.reader, uuid, text, text) from public;
revoke all on function academics.count_glass() from public;
grant execute on function academics.list_glass(academics.reader, integer) to academics_app;
grant execute on function academics.review_glass(academics.reader, uuid, text, text) to academics_app;
grant execute on function academics.count_glass() to academics_app;
