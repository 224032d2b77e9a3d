-- Courses, class rosters and grades, by the same rule: functions decide and record, tables stay closed.

-- Tells whether the caller teaches a course now.
create function academics.teaches_now(reader academics.reader, course uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select (teaches_now.reader).role in ('faculty', 'staff') and exists (
    select from academics.teaches t
    join academics.course c on c.tenant = t.tenant and c.id = t.course
    where t.instructor = (teaches_now.reader).account and t.course = teaches_now.course
      and academics.today() between c.starts_on and c.ends_on)
$$;

-- Tells whether the caller is the registrar of record.
create function academics.keeps_records(reader academics.reader) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select (keeps_records.reader).role = 'registrar' and exists (
    select from academics.custodian k where k.account = (keeps_records.reader).account)
$$;

-- Lists the courses of the tenant with the caller's own part in each; no record of anybody else.
create function academics.list_courses(reader academics.reader) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.require_tenant(reader);
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'id', c.id, 'code', c.code, 'title', c.title, 'term', c.term,
             'creditHundredths', c.credit_hundredths, 'startsOn', c.starts_on, 'endsOn', c.ends_on,
             'current', academics.today() between c.starts_on and c.ends_on,
             'mine', case
               when exists (select from academics.teaches t
                            where t.course = c.id and t.instructor = reader.account) then 'teaches'
               when exists (select from academics.enrolled e
                            where e.course = c.id and e.student = reader.account) then 'enrolled' end)
           order by c.starts_on desc, c.code), '[]'::jsonb)
    from academics.course c);
end
$$;

/* Reads a class roster with the grades, for its instructor or the registrar of record. It is a read of every
   listed student's record, so each of them gets an event. */
create function academics.read_roster(reader academics.reader, course uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  code text;
  listed record;
  students jsonb := '[]'::jsonb;
  relation text;
begin
  perform academics.require_tenant(reader);
  select c.code into code from academics.course c where c.id = read_roster.course;
  if code is null then
    if academics.is_foreign(course) then return academics.deny_foreign(reader, 'roster'); end if;
    return jsonb_build_object('outcome', 'denied', 'reason', 'unknown');
  end if;
  relation := case when academics.teaches_now(reader, course) then 'instructor'
                   when academics.keeps_records(reader) then 'registrar' end;
  if relation is null then return academics.deny_other(reader, null, 'no_relationship', 'roster'); end if;
  for listed in
    select s.id, s.name, g.letter
    from academics.enrolled e
    join academics.student s on s.tenant = e.tenant and s.id = e.student
    left join academics.grade g on g.tenant = e.tenant and g.student = e.student and g.course = e.course
    where e.course = read_roster.course order by s.name, s.id
  loop
    students := students || jsonb_build_object('id', listed.id, 'name', listed.name, 'grade', listed.letter);
    perform academics.record_event(
      reader,
      jsonb_build_object('class', 'access', 'action', 'roster.read', 'outcome', 'success',
                         'basis', '99.31(a)(1)(i)(A)', 'reason', relation, 'resource', 'roster'),
      jsonb_build_object(
        'subject', listed.id, 'resourceId', course,
        'party', case relation when 'instructor' then 'Instructor of ' || code else 'Registrar of record' end,
        'interest', case relation when 'instructor' then 'Teaches this student in ' || code
                                  else 'Keeps the education records' end));
  end loop;
  return jsonb_build_object(
    'outcome', 'read', 'basis', '99.31(a)(1)(i)(A)', 'relationship', relation,
    'course', (select jsonb_build_object('id', c.id, 'code', c.code, 'title', c.title)
               from academics.course c where c.id = read_roster.course),
    'students', students);
end
$$;

/* Lists names and ids, a page at a time: all students for the registrar of record, else those the caller
   teaches now or advises. One event says that the list was searched. */
create function academics.list_students(reader academics.reader, after uuid, page integer) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  everyone boolean := academics.keeps_records(reader);
begin
  perform academics.require_tenant(reader);
  if not everyone and reader.role not in ('faculty', 'staff') then
    return jsonb_build_object('outcome', 'denied', 'reason', 'role');
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'access', 'action', 'directory.searched', 'outcome', 'success',
                       'basis', '99.31(a)(1)(i)(A)', 'resource', 'students'),
    '{}'::jsonb);
  return jsonb_build_object('outcome', 'read', 'students', (
    select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.id), '[]'::jsonb)
    from (
      select s.id, s.name from academics.student s
      where (after is null or s.id > after)
        and (everyone
          or exists (select from academics.advises a where a.advisor = reader.account and a.student = s.id)
          or exists (select from academics.enrolled e
                     join academics.teaches t on t.tenant = e.tenant and t.course = e.course
                     join academics.course c on c.tenant = e.tenant and c.id = e.course
                     where e.student = s.id and t.instructor = reader.account
                       and academics.today() between c.starts_on and c.ends_on))
      order by s.id limit least(greatest(page, 1), 200)) p));
end
$$;

/* Enters or changes a grade, for the instructor of the current course or the registrar of record. The same
   letter again changes nothing and records nothing. The letters are never in the event. */
create function academics.put_grade(
  reader academics.reader, course uuid, student uuid, letter text
) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  before text;
  relation text;
begin
  perform academics.require_tenant(reader);
  if academics.is_foreign(course) or academics.is_foreign(student) then
    return academics.deny_foreign(reader, 'grade');
  end if;
  relation := case when academics.teaches_now(reader, course) then 'instructor'
                   when academics.keeps_records(reader) then 'registrar' end;
  if relation is null then
    -- The student is named only where there is one, since the caller chose the id.
    return academics.deny_other(reader, (select s.id from academics.student s where s.id = put_grade.student),
                                'no_relationship', 'grade');
  end if;
  -- Locks the enrolment, so that two changes of one grade come one after the other.
  perform from academics.enrolled e
    where e.course = put_grade.course and e.student = put_grade.student for update;
  if not found then return jsonb_build_object('outcome', 'denied', 'reason', 'unknown'); end if;
  select g.letter into before from academics.grade g
    where g.course = put_grade.course and g.student = put_grade.student;
  if before = letter then return jsonb_build_object('outcome', 'unchanged'); end if;
  insert into academics.grade (tenant, student, course, letter, entered_by)
    values (reader.tenant, student, course, letter, reader.account)
    on conflict on constraint grade_pkey do update
      set letter = excluded.letter, entered_by = excluded.entered_by, entered_at = now();
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', 'access', 'action', case when before is null then 'grade.entered' else 'grade.changed' end,
      'outcome', 'success', 'basis', '99.31(a)(1)(i)(A)', 'reason', relation, 'resource', 'grade'),
    jsonb_build_object(
      'subject', student, 'resourceId', course,
      'party', case relation when 'instructor' then 'Instructor' else 'Registrar of record' end,
      'interest', case relation when 'instructor' then 'Grades this student''s work'
                                else 'Keeps the education records' end));
  return jsonb_build_object('outcome', case when before is null then 'entered' else 'changed' end);
end
$$;

do $$
declare
  signature text;
begin
  foreach signature in array array[
    'teaches_now(academics.reader, uuid)', 'keeps_records(academics.reader)'] loop
    execute 'revoke all on function academics.' || signature || ' from public';
  end loop;
  foreach signature in array array[
    'list_courses(academics.reader)', 'read_roster(academics.reader, uuid)',
    'list_students(academics.reader, uuid, integer)', 'put_grade(academics.reader, uuid, uuid, text)'] loop
    execute 'revoke all on function academics.' || signature || ' from public';
    execute 'grant execute on function academics.' || signature || ' to academics_app';
  end loop;
end
$$;
