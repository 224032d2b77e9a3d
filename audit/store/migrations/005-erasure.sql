-- Empties what the side store holds about a subject in entries below an index: facts, salts, sealed data, and that
-- the entries are about them. Leaves, roots and keys of events stay, and so does every proof. The only way to
-- change the side store for a role that logs in.
create function ledger.erase_subject(log_tenant text, log_subject bytea, below bigint) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  erased bigint;
begin
  perform set_config('app.tenant', log_tenant, true);
  update ledger.side s set facts = n.facts, salt = n.salt, subject = n.subject, sealed = n.sealed
  from (
    select b.first,
      array_agg(case when e.gone then null else e.facts end order by e.position) as facts,
      array_agg(case when e.gone then null else e.salt end order by e.position) as salt,
      array_agg(case when e.gone then null else e.subject end order by e.position) as subject,
      array_agg(case when e.gone then null else e.sealed end order by e.position) as sealed
    from ledger.side b
    cross join lateral (
      select u.facts, u.salt, u.subject, u.sealed, u.position,
        coalesce(u.subject = log_subject, false) and b.first + u.position - 1 < below as gone
      from unnest(b.facts, b.salt, b.subject, b.sealed)
        with ordinality as u (facts, salt, subject, sealed, position)
    ) e
    where b.tenant = log_tenant and b.first in (
      select (
        select max(c.first) from ledger.side c where c.tenant = log_tenant and c.first <= x.index
      )
      from ledger.subject_entry x
      where x.tenant = log_tenant and x.subject = log_subject and x.index < below
    )
    group by b.first
  ) n
  where s.tenant = log_tenant and s.first = n.first;
  delete from ledger.subject_entry x
  where x.tenant = log_tenant and x.subject = log_subject and x.index < below;
  get diagnostics erased = row_count;
  return erased;
end
$$;
revoke execute on function ledger.erase_subject(text, bytea, bigint) from public;
grant execute on function ledger.erase_subject(text, bytea, bigint) to ledger_append;
