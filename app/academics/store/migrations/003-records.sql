-- The only ways to education records. Each function runs as the owner of the tables (still bound by their
-- row-level security), decides, writes the audit event in the same transaction and answers; academics_app
-- can call them and can read nothing beside them.

-- The functions below run as campanile_owner, who is no producer: these policies let it write this service's
-- events of the transaction's tenant into the outbox, and nothing else.
create policy academics_functions on outbox.counter to campanile_owner
  using (producer = 'academics' and tenant = current_setting('app.tenant', true));
create policy academics_functions on outbox.event for insert to campanile_owner
  with check (producer = 'academics' and tenant = current_setting('app.tenant', true));

-- Writes one audit event of this service in the shape that `sdk.audit.record` gives it, by the same statement
-- as sdk/store/record-event.sql: the counter is locked first, position and turn follow its order.
create function academics.record_event(reader academics.reader, facts jsonb, personal jsonb) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  event_id uuid := gen_random_uuid();
  payload jsonb := jsonb_build_object(
    'id', event_id,
    'tenant', reader.tenant,
    'producer', 'academics',
    'time', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'facts', jsonb_strip_nulls(facts || jsonb_build_object(
      'actorRole', reader.role,
      'traceId', reader.trace_id,
      'synthetic', case when reader.synthetic then true end)),
    'personal', jsonb_strip_nulls(personal || jsonb_build_object('actor', reader.account)));
begin
  with counted as (
    insert into outbox.counter as counter (producer, tenant, next, turn)
    values ('academics', reader.tenant, 1, pg_current_xact_id())
    on conflict on constraint counter_pkey do update
      set next = counter.next + 1, turn = greatest(counter.turn, pg_current_xact_id())
    returning next - 1 as sequence, turn
  )
  insert into outbox.event (turn, id, producer, tenant, sequence, payload)
  select counted.turn, event_id, 'academics', reader.tenant, counted.sequence, payload
  from counted;
end
$$;

-- Records a refusal and says so. A request by somebody who is no school official belongs to the disclosure
-- record (34 CFR 99.32(a)(1) asks for each request); a school official's is evidence of access control.
create function academics.deny(reader academics.reader, student uuid, reason text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', case when reader.role in ('student', 'parent') then 'disclosure' else 'access' end,
      'action', 'transcript.denied', 'outcome', 'denied', 'reason', reason, 'resource', 'transcript'),
    -- An id that names no student of the tenant is not written as a subject.
    jsonb_build_object('subject', case when reason <> 'unknown_student' then student end));
  return jsonb_build_object('outcome', 'denied', 'reason', reason);
end
$$;

-- Records a refusal on something else than a transcript: a list of accesses, a roster, a grade.
create function academics.deny_other(
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
  return jsonb_build_object('outcome', 'denied', 'reason', reason);
end
$$;

-- Records an attempt on an id of another tenant, without that id.
create function academics.deny_foreign(reader academics.reader, resource text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'security', 'action', 'tenant.crossed', 'outcome', 'denied',
                       'reason', 'foreign_id', 'resource', resource),
    '{}'::jsonb);
  return jsonb_build_object('outcome', 'denied', 'reason', 'foreign');
end
$$;

-- Gathers a student's courses and grades; every current and past course, oldest term first.
create function academics.transcript_of(student uuid) returns jsonb
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object(
    'student', jsonb_build_object('id', s.id, 'name', s.name),
    'courses', coalesce((
      select jsonb_agg(jsonb_build_object(
               'id', c.id, 'code', c.code, 'title', c.title, 'term', c.term,
               'creditHundredths', c.credit_hundredths, 'grade', g.letter)
             order by c.starts_on, c.code)
      from academics.enrolled e
      join academics.course c on c.tenant = e.tenant and c.id = e.course
      left join academics.grade g on g.tenant = e.tenant and g.student = e.student and g.course = e.course
      where e.student = s.id), '[]'::jsonb))
  from academics.student s where s.id = transcript_of.student
$$;

/* Reads a transcript, or refuses; either way the event is written in this transaction.
   `reason` is the typed reason of a break-glass read, null where none was typed. Answers
   {outcome: 'read', relationship, basis, class, transcript} or {outcome: 'denied', reason}. */
create function academics.read_transcript(reader academics.reader, student uuid, reason text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  relation academics.relationship;
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
  if relation.kind is null then
    if reader.role in ('student', 'parent') then return academics.deny(reader, student, 'no_relationship'); end if;
    if reason is null or length(btrim(reason)) < 20 then
      return academics.deny(reader, student, 'reason_missing');
    end if;
    relation := row('break_glass', '99.31(a)(1)(i)(A)',
                    case reader.role when 'faculty' then 'Faculty member'
                                     when 'registrar' then 'Registrar''s office'
                                     else 'Staff member' end,
                    reason)::academics.relationship;
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object(
      'class', academics.class_of(relation.basis),
      'action', case relation.kind when 'break_glass' then 'break_glass.read' else 'transcript.read' end,
      'outcome', 'success', 'basis', relation.basis, 'reason', relation.kind, 'resource', 'transcript'),
    jsonb_build_object('subject', student, 'party', relation.party, 'interest', relation.interest));
  return jsonb_build_object(
    'outcome', 'read', 'relationship', relation.kind, 'basis', relation.basis,
    'class', academics.class_of(relation.basis), 'transcript', academics.transcript_of(student));
end
$$;

/* Lets a student, or the registrar of record, see who read a record, and records that they looked. The
   ledger's answer is fetched by the service afterwards. Answers {outcome: 'read', …} or {outcome: 'denied', …}. */
create function academics.open_accesses(reader academics.reader, student uuid) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  relation academics.relationship;
begin
  perform academics.require_tenant(reader);
  if reader.role not in ('student', 'registrar') then
    return academics.deny_other(reader, case when exists (
      select from academics.student s where s.id = open_accesses.student) then student end, 'role', 'accesses');
  end if;
  if not exists (select from academics.student s where s.id = open_accesses.student) then
    if academics.is_foreign(student) then return academics.deny_foreign(reader, 'accesses'); end if;
    return academics.deny_other(reader, null, 'unknown_student', 'accesses');
  end if;
  relation := academics.relationship_of(reader, student);
  if relation.kind is null then
    return academics.deny_other(reader, student, 'no_relationship', 'accesses');
  end if;
  perform academics.record_event(
    reader,
    jsonb_build_object('class', 'access', 'action', 'accesses.read', 'outcome', 'success',
                       'basis', relation.basis, 'reason', relation.kind, 'resource', 'accesses'),
    jsonb_build_object('subject', student, 'party', relation.party, 'interest', relation.interest));
  return jsonb_build_object('outcome', 'read', 'relationship', relation.kind, 'basis', relation.basis);
end
$$;

do $$
declare
  signature text;
begin
  foreach signature in array array[
    'record_event(academics.reader, jsonb, jsonb)', 'deny(academics.reader, uuid, text)',
    'deny_other(academics.reader, uuid, text, text)', 'deny_foreign(academics.reader, text)', 'transcript_of(uuid)',
    'read_transcript(academics.reader, uuid, text)', 'open_accesses(academics.reader, uuid)'] loop
    execute 'revoke all on function academics.' || signature || ' from public';
  end loop;
end
$$;
grant usage on type academics.reader to academics_app;
grant execute on function academics.read_transcript(academics.reader, uuid, text) to academics_app;
grant execute on function academics.open_accesses(academics.reader, uuid) to academics_app;
