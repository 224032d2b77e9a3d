-- Retention by class, and proof of why an element of the side store is empty. Whatever empties one leaves a mark
-- there: a keyed hash, under a key outside the database, over the entry and the cause. An empty element without it
-- was emptied by somebody else.

alter table ledger.side add column gone bytea[];
alter table ledger.side alter column gone set storage external;

-- Empties entries: facts, salts, sealed data, and that the entries are about anybody. Leaves, roots and keys of events
-- stay, and so does every proof. The only way to change the side store for a role that logs in.
-- An erasure names its subject too: the list of entries about it is emptied whatever the side store still has.
create function ledger.empty_entries(log_tenant text, indices bigint[], marks bytea[], log_subject bytea) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  firsts bigint[];
  emptied bigint;
begin
  perform set_config('app.tenant', log_tenant, true);
  select array_agg(distinct f.first) into firsts
  from (
    select (select max(c.first) from ledger.side c where c.tenant = log_tenant and c.first <= x.index) as first
    from unnest(indices) as x (index)
  ) f;
  -- The lock comes before the look: whoever emptied other elements of a row meanwhile is seen below.
  perform from ledger.side s where s.tenant = log_tenant and s.first = any (firsts) order by s.first for update;
  with wanted as (
    select x.index, x.mark from unnest(indices, marks) as x (index, mark)
  ), elements as (
    select b.first, u.facts, u.salt, u.subject, u.sealed, u.gone, u.position, w.mark,
      w.mark is not null and (u.facts is not null or u.sealed is not null) as goes
    from ledger.side b
    cross join lateral unnest(b.facts, b.salt, b.subject, b.sealed, b.gone)
      with ordinality as u (facts, salt, subject, sealed, gone, position)
    left join wanted w on w.index = b.first + u.position - 1
    where b.tenant = log_tenant and b.first = any (firsts)
  ), rows as (
    select e.first,
      array_agg(case when e.goes then null else e.facts end order by e.position) as facts,
      array_agg(case when e.goes then null else e.salt end order by e.position) as salt,
      array_agg(case when e.goes then null else e.subject end order by e.position) as subject,
      array_agg(case when e.goes then null else e.sealed end order by e.position) as sealed,
      array_agg(case when e.goes then e.mark else e.gone end order by e.position) as gone,
      count(*) filter (where e.goes) as emptied
    from elements e group by e.first
  ), changed as (
    update ledger.side s
    set facts = r.facts, salt = r.salt, subject = r.subject, sealed = r.sealed, gone = r.gone
    from rows r
    where s.tenant = log_tenant and s.first = r.first and r.emptied > 0
    returning r.emptied
  ), forgotten as (
    delete from ledger.subject_entry x using elements e
    where e.goes and x.tenant = log_tenant and x.subject = e.subject and x.index = e.first + e.position - 1
  )
  select coalesce(sum(c.emptied), 0) into emptied from changed c;
  delete from ledger.subject_entry x
  where x.tenant = log_tenant and x.subject = log_subject and x.index = any (indices);
  return emptied;
end
$$;
revoke execute on function ledger.empty_entries(text, bigint[], bytea[], bytea) from public;
grant execute on function ledger.empty_entries(text, bigint[], bytea[], bytea) to ledger_append;
drop function ledger.erase_subject(text, bytea, bigint);

-- Which entries are about a subject has to be seen by whoever empties them, in the same transaction.
grant select on ledger.subject_entry to ledger_append;

alter table ledger.register_entry drop constraint register_entry_register_check;
alter table ledger.register_entry add constraint register_entry_register_check check (register in (
  'agreement', 'consent', 'directory_policy', 'opt_out', 'annual_notice', 'debarment', 'hold', 'inspection',
  'amendment', 'redisclosure', 'retention', 'student_record', 'eligibility', 'dependency'));

-- As before, with the entries as a list: a join is planned once, while the table is small, and costs a walk over all
-- postings for every entry later.
create or replace function ledger.forget_erased() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from ledger.posting p
  where p.tenant = new.tenant and p.index = any (array(
    select new.first + e.position - 1
    from unnest(old.facts, new.facts) with ordinality as e (before, after, position)
    where e.before is not null and e.after is null
  ));
  return null;
end
$$;
