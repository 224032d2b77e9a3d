-- Search: which entries carry which keyed token, in one B-tree. Row-level security keeps planners from using GIN
-- and full text, and a token says nothing to whoever lacks its key. Everything here is derived: it may be
-- forgotten at any time and is filled again from the log and the side store.

create table ledger.posting (
  tenant text not null,
  -- First 16 bytes of an HMAC-SHA-256 of a field's name and value.
  token bytea not null check (length(token) = 16),
  index bigint not null check (index >= 0),
  primary key (tenant, token, index)
);
-- For erasure, which knows entries and not tokens.
create index posting_entry on ledger.posting (tenant, index);

-- How far each log is filled in.
create table ledger.search_cursor (
  tenant text primary key,
  size bigint not null check (size >= 0)
);

do $$
declare
  name text;
begin
  foreach name in array array['posting', 'search_cursor'] loop
    execute format('alter table ledger.%I enable row level security', name);
    execute format('alter table ledger.%I force row level security', name);
    execute format(
      'create policy tenant_rows on ledger.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    execute format('grant select on ledger.%I to ledger_read', name);
  end loop;
end
$$;

-- Takes the postings of entries from one size to the next, if the cursor stands where the caller thinks.
create function ledger.add_postings(
  log_tenant text, from_size bigint, to_size bigint, tokens bytea[], indices bigint[]
) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  first_batch bigint;
begin
  perform set_config('app.tenant', log_tenant, true);
  insert into ledger.search_cursor (tenant, size) values (log_tenant, 0) on conflict (tenant) do nothing;
  update ledger.search_cursor c set size = to_size
  where c.tenant = log_tenant and c.size = from_size and to_size > from_size;
  if not found then
    return false;
  end if;
  -- An entry may have been erased since it was read: an erasure under way is waited for, and one that comes later
  -- finds the postings and takes them along.
  first_batch := coalesce(
    (select max(o.first) from ledger.side o where o.tenant = log_tenant and o.first <= from_size), 0);
  perform from ledger.side s
  where s.tenant = log_tenant and s.first >= first_batch and s.first < to_size for share;
  insert into ledger.posting (tenant, token, index)
  select log_tenant, p.token, p.index from unnest(tokens, indices) as p (token, index)
  where p.index not in (
    select s.first + e.position - 1
    from ledger.side s cross join lateral unnest(s.facts) with ordinality as e (facts, position)
    where s.tenant = log_tenant and s.first >= first_batch and s.first < to_size and e.facts is null
  )
  on conflict do nothing;
  return true;
end
$$;

-- Forgets everything about a log, so that it is filled in again.
create function ledger.forget_search(log_tenant text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('app.tenant', log_tenant, true);
  delete from ledger.posting p where p.tenant = log_tenant;
  delete from ledger.search_cursor c where c.tenant = log_tenant;
end
$$;

-- Logs that have grown beyond what is filled in.
create function ledger.search_behind() returns table (tenant text, cursor_size bigint, log_size bigint)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  for tenant in select l.tenant from ledger.log l order by l.tenant loop
    perform set_config('app.tenant', tenant, true);
    select coalesce(max(c.size), 0) into cursor_size from ledger.search_cursor c where c.tenant = search_behind.tenant;
    select b.size into log_size from ledger.batch b where b.tenant = search_behind.tenant
      order by b.previous_size desc limit 1;
    if log_size > cursor_size then
      return next;
    end if;
  end loop;
  perform set_config('app.tenant', '', true);
end
$$;

-- What the side store forgets, search forgets in the same transaction.
create function ledger.forget_erased() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from ledger.posting p
  using unnest(old.facts, new.facts) with ordinality as e (before, after, position)
  where p.tenant = new.tenant and p.index = new.first + e.position - 1
    and e.before is not null and e.after is null;
  return null;
end
$$;
create trigger forget_erased after update on ledger.side
  for each row execute function ledger.forget_erased();

revoke execute on function ledger.add_postings(text, bigint, bigint, bytea[], bigint[]), ledger.forget_search(text),
  ledger.search_behind(), ledger.forget_erased() from public;
grant execute on function ledger.add_postings(text, bigint, bigint, bytea[], bigint[]), ledger.forget_search(text),
  ledger.search_behind() to ledger_append;
