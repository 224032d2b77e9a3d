-- What a refused caller may learn, and a list of their own for parents.

-- The refusals now say whether the caller is the registrar of record, the one official who stands in a
-- relationship to every student of the tenant: the service tells only them that an id names nobody.
create or replace function academics.deny(reader academics.reader, student uuid, reason text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', case when reader.role in ('student', 'parent') then 'disclosure' else 'access' end,
      'action', 'transcript.denied', 'outcome', 'denied', 'reason', reason, 'resource', 'transcript'),
    -- An id that names no student of the tenant is not written as a subject.
    jsonb_build_object('subject', case when reason <> 'unknown_student' then student end));
  return academics.denied(reader, reason);
end
$$;

create or replace function academics.deny_other(
  reader academics.reader, student uuid, reason text, resource text
) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', case when reader.role in ('student', 'parent') then 'disclosure' else 'access' end,
      'action', 'record.denied', 'outcome', 'denied', 'reason', reason, 'resource', resource),
    jsonb_build_object('subject', student));
  return academics.denied(reader, reason);
end
$$;

create or replace function academics.deny_foreign(reader academics.reader, resource text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'security', 'action', 'tenant.crossed', 'outcome', 'denied',
                       'reason', 'foreign_id', 'resource', resource),
    '{}'::jsonb);
  return academics.denied(reader, 'foreign');
end
$$;

-- Writes the answer of a refusal.
create function academics.denied(reader academics.reader, reason text) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'outcome', 'denied', 'reason', reason, 'keeper', case when academics.keeps_records(reader) then true end))
$$;
revoke all on function academics.denied(academics.reader, text) from public;

-- Tells whether the caller is a parent with standing to a student, as relationship_of has it.
create function academics.has_standing(reader academics.reader, student uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select (has_standing.reader).role = 'parent' and exists (
    select from academics.guardian g
    where g.parent = (has_standing.reader).account and g.student = has_standing.student
      and academics.today() >= g.recorded_on and (g.ends_on is null or academics.today() <= g.ends_on))
$$;
revoke all on function academics.has_standing(academics.reader, uuid) from public;

/* Lists names and ids, a page at a time: all students for the registrar of record, those the caller teaches now
   or advises, or those they are a parent of. One event says that the list was searched; it has no basis for a
   parent, who is shown nothing but the names of their own children. */
create or replace function academics.list_students(reader academics.reader, after uuid, page integer) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  everyone boolean := academics.keeps_records(reader);
begin
  perform academics.require_tenant(reader);
  if not everyone and reader.role not in ('faculty', 'staff', 'parent') then
    return jsonb_build_object('outcome', 'denied', 'reason', 'role');
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'access', 'action', 'directory.searched', 'outcome', 'success',
                       'basis', case when reader.role <> 'parent' then '99.31(a)(1)(i)(A)' end,
                       'resource', 'students'),
    '{}'::jsonb);
  return jsonb_build_object('outcome', 'read', 'students', (
    select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.id), '[]'::jsonb)
    from (
      select s.id, s.name from academics.student s
      where (after is null or s.id > after)
        and (everyone
          or academics.has_standing(reader, s.id)
          or reader.role in ('faculty', 'staff') and (
            exists (select from academics.advises a where a.advisor = reader.account and a.student = s.id)
            or exists (select from academics.enrolled e
                       join academics.teaches t on t.tenant = e.tenant and t.course = e.course
                       join academics.course c on c.tenant = e.tenant and c.id = e.course
                       where e.student = s.id and t.instructor = reader.account
                         and academics.today() between c.starts_on and c.ends_on)))
      order by s.id limit least(greatest(page, 1), 200)) p));
end
$$;
