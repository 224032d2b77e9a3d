-- Who is asking, in which relation they stand to a student, and how that is written down. Nothing here may be
-- called from outside; the functions of the next migration are built on it.

-- The verified caller. The service fills it from an access token, never from a request's own words.
create type academics.reader as (
  tenant text,
  account uuid,
  role text,
  trace_id text,
  -- True while the appliance runs on demo data.
  synthetic boolean
);

-- Refuses to work when the transaction's tenant is not the caller's: a connection that somebody's SET has
-- turned to another tenant must answer nothing. SQLSTATE CT001 is counted by the service.
create function academics.require_tenant(reader academics.reader) returns void
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if reader.tenant is null or reader.tenant is distinct from current_setting('app.tenant', true) then
    raise exception 'the transaction is not set to the tenant of the caller' using errcode = 'CT001';
  end if;
end
$$;

-- Tells whether an id belongs to another tenant; asked only to count the attempt.
create function academics.is_foreign(id uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from academics.owner_of_id o
    where o.id = is_foreign.id and o.tenant is distinct from current_setting('app.tenant', true)
  )
$$;

-- The day that decides which courses are current: UTC, so that no session setting moves it.
create function academics.today() returns date
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select (now() at time zone 'UTC')::date
$$;

create type academics.relationship as (
  kind text,
  basis text,
  party text,
  interest text
);

-- Derives the closest relation of the caller to a student from the roster; null when there is none. The role
-- of the token must fit the relation: a student who once was an instructor reads as a student.
create function academics.relationship_of(reader academics.reader, student uuid) returns academics.relationship
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  relation academics.relationship;
begin
  if reader.role = 'student' and reader.account = student then
    return row('self', '99.31(a)(12)', 'The student', 'Reads their own record')::academics.relationship;
  end if;
  if reader.role in ('faculty', 'staff') then
    select 'instructor', '99.31(a)(1)(i)(A)', 'Instructor of ' || c.code, 'Teaches this student in ' || c.code
      into relation
      from academics.teaches t
      join academics.course c on c.tenant = t.tenant and c.id = t.course
      join academics.enrolled e on e.tenant = t.tenant and e.course = t.course
      where t.instructor = reader.account and e.student = relationship_of.student
        and academics.today() between c.starts_on and c.ends_on
      order by c.code limit 1;
    if relation.kind is not null then return relation; end if;
    perform from academics.advises a
      where a.advisor = reader.account and a.student = relationship_of.student;
    if found then
      return row('advisor', '99.31(a)(1)(i)(A)', 'Academic advisor', 'Advises this student')::academics.relationship;
    end if;
  end if;
  if reader.role = 'registrar' then
    perform from academics.custodian k where k.account = reader.account;
    if found then
      return row('registrar', '99.31(a)(1)(i)(A)', 'Registrar of record',
                 'Keeps the education records')::academics.relationship;
    end if;
  end if;
  if reader.role = 'parent' then
    -- Dependency before consent: it is the one that the disclosure record must hold.
    select 'parent', case g.ground when 'dependency' then '99.31(a)(8)' else '99.30' end,
           'Parent on record',
           case g.ground when 'dependency' then 'Parent of a dependent student, recorded on '
                         else 'The student''s written consent, recorded on ' end || g.recorded_on
      into relation
      from academics.guardian g
      where g.parent = reader.account and g.student = relationship_of.student
        and academics.today() >= g.recorded_on
        and (g.ends_on is null or academics.today() <= g.ends_on)
      order by g.ground = 'dependency' desc limit 1;
    if relation.kind is not null then return relation; end if;
  end if;
  return null;
end
$$;

-- The class of a read, as contracts/basis.ts has it: `disclosure` where 34 CFR 99.32 asks for a record.
create function academics.class_of(basis text) returns text
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when basis = '99.31(a)(8)' then 'disclosure' else 'access' end
$$;

revoke all on function academics.require_tenant(academics.reader) from public;
revoke all on function academics.is_foreign(uuid) from public;
revoke all on function academics.today() from public;
revoke all on function academics.relationship_of(academics.reader, uuid) from public;
revoke all on function academics.class_of(text) from public;
