-- Search by pages: one row for each token of a page of entries, with the places of the entries that carry it, in
-- place of one for each token of each entry: a third of the work and of the bytes. What was filled in before is
-- forgotten and derived again.

drop trigger forget_erased on ledger.side;
drop function ledger.forget_erased(), ledger.add_postings(text, bigint, bigint, bytea[], bigint[]);
drop table ledger.posting;

create table ledger.posting (
  tenant text not null,
  -- First 16 bytes of an HMAC-SHA-256 of a field's name and value.
  token bytea not null check (length(token) = 16),
  -- First entry of the page; pages of a log follow one another.
  first bigint not null check (first >= 0),
  -- Which entries of the page carry the token, counted from `first`, ascending.
  places smallint[] not null,
  primary key (tenant, token, first)
);
-- For erasure, which knows entries and not tokens. Its keys repeat, so that it takes a few bytes a row.
create index posting_page on ledger.posting (tenant, first);
alter table ledger.posting enable row level security;
alter table ledger.posting force row level security;
create policy tenant_rows on ledger.posting using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));
grant select on ledger.posting to ledger_read;

-- They are disabled below for this migration alone: its owner is subject to them like everybody else.
alter table ledger.search_cursor no force row level security;
delete from ledger.search_cursor;
alter table ledger.search_cursor force row level security;

-- Takes one page each of many logs, where its cursor stands where the caller thinks; answers for which it did not.
-- The lists of pages are as long as each other, and so are those of postings, which follow one another page by
-- page: `ends` says how many of them a page ends after, `place_ends` how many of the places a posting ends after.
create function ledger.add_postings(
  tenants text[], from_sizes bigint[], to_sizes bigint[], ends int[],
  tokens bytea[], place_ends int[], places smallint[]
) returns text[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  log_tenant text;
  erased smallint[];
  first_batch bigint;
  a int := 1;
  z int;
  refused text[] := '{}';
begin
  -- Nobody is told that these are durable: whatever a crash takes is derived again, because the cursor goes with it.
  perform set_config('synchronous_commit', 'off', true);
  for page in 1 .. cardinality(tenants) loop
    log_tenant := tenants[page];
    z := ends[page];
    perform set_config('app.tenant', log_tenant, true);
    update ledger.search_cursor c set size = to_sizes[page]
    where c.tenant = log_tenant and c.size = from_sizes[page] and to_sizes[page] > from_sizes[page];
    if not found and from_sizes[page] = 0 then
      insert into ledger.search_cursor (tenant, size) values (log_tenant, to_sizes[page])
      on conflict (tenant) do nothing;
    end if;
    if not found then
      refused := refused || log_tenant;
      a := z + 1;
      continue;
    end if;
    -- An entry may have been erased since it was read: an erasure under way is waited for, and one that comes later
    -- finds the postings and takes them along.
    first_batch := coalesce(
      (select max(o.first) from ledger.side o where o.tenant = log_tenant and o.first <= from_sizes[page]), 0);
    perform from ledger.side s
    where s.tenant = log_tenant and s.first >= first_batch and s.first < to_sizes[page] for share;
    erased := array(
      select (s.first + e.position - 1 - from_sizes[page])::smallint
      from ledger.side s cross join lateral unnest(s.facts) with ordinality as e (facts, position)
      where s.tenant = log_tenant and s.first >= first_batch and s.first < to_sizes[page]
        and array_position(s.facts, null) is not null and e.facts is null
        and s.first + e.position - 1 >= from_sizes[page] and s.first + e.position - 1 < to_sizes[page]
    );
    insert into ledger.posting (tenant, token, first, places)
    select log_tenant, t.token, from_sizes[page], kept.places
    from unnest(tokens[a:z], place_ends[a:z], (coalesce(place_ends[a - 1], 0) || place_ends[a:z - 1]))
      as t (token, place_end, before)
    cross join lateral (
      select case
        when cardinality(erased) = 0 then places[t.before + 1:t.place_end]
        else array(select p from unnest(places[t.before + 1:t.place_end]) as p where p <> all (erased))
      end as places
    ) kept
    where cardinality(kept.places) > 0
    on conflict do nothing;
    a := z + 1;
  end loop;
  return refused;
end
$$;

-- What the side store forgets, search forgets in the same transaction.
create function ledger.forget_erased() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  gone bigint[];
  from_page bigint;
begin
  gone := array(
    select new.first + e.position - 1
    from unnest(old.facts, new.facts) with ordinality as e (before, after, position)
    where e.before is not null and e.after is null
    order by e.position
  );
  if cardinality(gone) = 0 then
    return null;
  end if;
  -- Pages follow one another: the first one that holds any of them is the last one that begins before it.
  from_page := (select max(p.first) from ledger.posting p where p.tenant = new.tenant and p.first <= gone[1]);
  update ledger.posting p
  set places = array(select u from unnest(p.places) as u where p.first + u <> all (gone))
  where p.tenant = new.tenant and p.first >= from_page and p.first <= gone[cardinality(gone)]
    and exists (select from unnest(p.places) as u where p.first + u = any (gone));
  delete from ledger.posting p
  where p.tenant = new.tenant and p.first >= from_page and p.first <= gone[cardinality(gone)]
    and cardinality(p.places) = 0;
  return null;
end
$$;
create trigger forget_erased after update on ledger.side
  for each row execute function ledger.forget_erased();

revoke execute on function
  ledger.add_postings(text[], bigint[], bigint[], int[], bytea[], int[], smallint[]), ledger.forget_erased() from public;
grant execute on function ledger.add_postings(text[], bigint[], bigint[], int[], bytea[], int[], smallint[])
  to ledger_append;
