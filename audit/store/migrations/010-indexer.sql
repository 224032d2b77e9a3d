-- The indexes by event and by subject leave the commit: they cost more than all the rest of it, row by row. They are
-- derived from the batch and the side store in pages, right after it, and a cursor moves with them; nothing is signed
-- that they do not know. What tells the same event from another one stands with the batch from the first moment on.

alter table ledger.side add column digest bytea[];
alter table ledger.side alter column digest set storage external;
comment on column ledger.side.digest is 'HMAC-SHA-256 of each whole event; null in rows older than this column';

-- How many entries of a log the indexes know.
create table ledger.index_cursor (
  tenant text primary key,
  size bigint not null check (size > 0)
);
alter table ledger.batch no force row level security;
insert into ledger.index_cursor (tenant, size) select tenant, max(size) from ledger.batch group by tenant;
alter table ledger.batch force row level security;
alter table ledger.index_cursor enable row level security;
alter table ledger.index_cursor force row level security;
create policy tenant_rows on ledger.index_cursor using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));
grant select on ledger.index_cursor to ledger_append, ledger_read;

drop function ledger.append(bigint, text[], text[], bigint[], bytea[], bigint[], bytea[], bytea[], bigint[], boolean[],
  bytea[], bytea[], uuid[], text[], bytea[], text[], text[], bytea[], bytea[], bytea[], bytea[]);

-- Appends batches of many tenants, all or none, in one statement and one commit. The lists of batches are as long
-- as each other, and so are those of entries, which follow one another batch by batch. `doubtful` are ids that may be
-- in their log already, `doubtful_ends` how many of them there are up to the end of each batch. Only this function
-- writes: the roles that call it may insert nothing themselves, and the policies hold for it too.
--
-- A connection keeps its plans, and most of them were made while the log was small: each look at a table is for one row
-- by its key, and no table is read through.
--
-- Fails with LG003 when another writer has come, with LG002 when a log's head is not the one the batch was made
-- for, and with a unique violation when a doubtful id is in the log.
create function ledger.append(
  writer_epoch bigint,
  tenants text[], origins text[], previous_sizes bigint[], previous_roots bytea[], sizes bigint[], roots bytea[],
  frontiers bytea[], last_times bigint[], synthetics boolean[], leaves bytea[], leaf_hashes bytea[],
  doubtful_ends int[], doubtful uuid[], digests bytea[], classes text[], facts text[], salts bytea[],
  personal_commitments bytea[], subjects bytea[], sealed bytea[]
) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  log_tenant text;
  first bigint;
  head_size bigint;
  head_root bytea;
  a int := 1;
  z int;
  d int := 1;
begin
  -- Shared among appends, waited for by the next writer: none of them commits after it has begun. It writes nothing, as
  -- the lock of a row would, and nobody may take it but these two functions, as anybody may an advisory lock.
  lock table ledger.lease in row share mode;
  perform from ledger.lease where epoch = writer_epoch;
  if not found then
    raise exception 'another writer holds the lease' using errcode = 'LG003';
  end if;
  for batch in 1 .. cardinality(tenants) loop
    log_tenant := tenants[batch];
    first := previous_sizes[batch];
    z := a + (sizes[batch] - first)::int - 1;
    perform set_config('app.tenant', log_tenant, true);
    select b.size, b.root into head_size, head_root
    from ledger.batch b where b.tenant = log_tenant order by b.previous_size desc limit 1;
    if coalesce(head_size, 0) <> first or (first > 0 and head_root <> previous_roots[batch]) then
      raise exception 'the head is another' using errcode = 'LG002';
    end if;
    if doubtful_ends[batch] >= d then
      perform from unnest(doubtful[d:doubtful_ends[batch]]) as e (id)
      where (select true from ledger.event_key k where k.tenant = log_tenant and k.id = e.id limit 1);
      if found then
        raise exception 'an event may be in its log already' using errcode = 'unique_violation';
      end if;
      d := doubtful_ends[batch] + 1;
    end if;
    if first = 0 then
      insert into ledger.log (tenant, origin) values (log_tenant, origins[batch]) on conflict (tenant) do nothing;
    end if;
    insert into ledger.batch
      (tenant, previous_size, size, root, frontier, last_time, synthetic, leaves, leaf_hashes, epoch)
    values (log_tenant, first, sizes[batch], roots[batch], frontiers[batch], last_times[batch], synthetics[batch],
      leaves[batch], leaf_hashes[batch], writer_epoch);
    insert into ledger.side (tenant, first, class, facts, salt, personal_commitment, subject, sealed, digest)
    values (log_tenant, first, classes[a:z], facts[a:z], salts[a:z], personal_commitments[a:z], subjects[a:z],
      sealed[a:z], digests[a:z]);
    a := z + 1;
  end loop;
end
$$;

-- Becomes the writer: whatever was begun under an older epoch ends first or is refused.
create or replace function ledger.take_lease() returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  taken bigint;
begin
  lock table ledger.lease in exclusive mode;
  update ledger.lease set epoch = epoch + 1 returning epoch into taken;
  return taken;
end
$$;

-- Takes one page each of many logs into the indexes, where the cursor stands where the caller thinks; answers for which
-- it did not. Ids and producers (their places in `names`) are those of the leaves, page by page; what else the indexes
-- say is read here. A row that is there already is left as it is: the self-check says whether it is right. Fails with
-- LG004 when the side store does not hold what a key is made of.
create function ledger.index_entries(
  tenants text[], from_sizes bigint[], to_sizes bigint[], ids uuid[], producers int[], names text[]
) returns text[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  log_tenant text;
  page_first bigint;
  page_end bigint;
  from_row bigint;
  a int := 1;
  z int;
  keyed bigint;
  refused text[] := '{}';
begin
  for page in 1 .. cardinality(tenants) loop
    log_tenant := tenants[page];
    page_first := from_sizes[page];
    page_end := to_sizes[page];
    z := a + (page_end - page_first)::int - 1;
    perform set_config('app.tenant', log_tenant, true);
    update ledger.index_cursor c set size = page_end
    where c.tenant = log_tenant and c.size = page_first and page_end > page_first;
    if not found and page_first = 0 then
      insert into ledger.index_cursor (tenant, size) values (log_tenant, page_end) on conflict (tenant) do nothing;
    end if;
    if not found then
      refused := refused || log_tenant;
      a := z + 1;
      continue;
    end if;
    -- Whoever empties entries of these rows comes before or after: nothing is listed for somebody who was erased.
    from_row := coalesce(
      (select max(o.first) from ledger.side o where o.tenant = log_tenant and o.first <= page_first), 0);
    perform from ledger.side s
    where s.tenant = log_tenant and s.first >= from_row and s.first < page_end order by s.first for share;
    begin
      with entries as materialized (
        select s.first + e.position - 1 as index, a + (s.first + e.position - 1 - page_first)::int as at,
          e.digest, e.class, e.subject, b.last_time
        from ledger.side s
        join ledger.batch b on b.tenant = log_tenant and b.previous_size = s.first
          and b.previous_size >= from_row and b.previous_size < page_end
        cross join lateral unnest(s.digest, s.class, s.subject)
          with ordinality as e (digest, class, subject, position)
        where s.tenant = log_tenant and s.first >= from_row and s.first < page_end
          and s.first + e.position - 1 >= page_first and s.first + e.position - 1 < page_end
      ), listed as (
        insert into ledger.subject_entry (tenant, subject, index, id, class, time)
        select log_tenant, e.subject, e.index, ids[e.at], e.class, e.last_time
        from entries e where e.subject is not null order by e.subject, e.index
      )
      insert into ledger.event_key (tenant, id, producer, index, digest)
      select log_tenant, ids[e.at], names[producers[e.at]], e.index, e.digest from entries e;
      get diagnostics keyed = row_count;
    exception when unique_violation or not_null_violation then
      -- Somebody set the cursor back. A row that is there is left as it is: the self-check says whether it is right. It
      -- may be one from before the digests were kept in the side store.
      with entries as materialized (
        select s.first + e.position - 1 as index, a + (s.first + e.position - 1 - page_first)::int as at,
          e.digest, e.class, e.subject, b.last_time
        from ledger.side s
        join ledger.batch b on b.tenant = log_tenant and b.previous_size = s.first
          and b.previous_size >= from_row and b.previous_size < page_end
        cross join lateral unnest(s.digest, s.class, s.subject)
          with ordinality as e (digest, class, subject, position)
        where s.tenant = log_tenant and s.first >= from_row and s.first < page_end
          and s.first + e.position - 1 >= page_first and s.first + e.position - 1 < page_end
      ), listed as (
        insert into ledger.subject_entry (tenant, subject, index, id, class, time)
        select log_tenant, e.subject, e.index, ids[e.at], e.class, e.last_time
        from entries e where e.subject is not null order by e.subject, e.index
        on conflict do nothing
      )
      insert into ledger.event_key (tenant, id, producer, index, digest)
      select log_tenant, ids[e.at], names[producers[e.at]], e.index, e.digest from entries e
      where e.digest is not null
      on conflict do nothing;
      select count(*) into keyed
      from unnest(ids[a:z], producers[a:z]) as e (id, producer)
      where (
        select true from ledger.event_key k
        where k.tenant = log_tenant and k.id = e.id and k.producer = names[e.producer]
      );
    end;
    -- An entry that has no key could be taken a second time.
    if keyed <> page_end - page_first then
      raise exception 'the side store does not hold what the index is made of' using errcode = 'LG004';
    end if;
    a := z + 1;
  end loop;
  return refused;
end
$$;

-- Logs that have grown beyond what the indexes know.
create function ledger.index_behind() returns setof text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  log_tenant text;
begin
  for log_tenant in select l.tenant from ledger.log l order by l.tenant loop
    perform set_config('app.tenant', log_tenant, true);
    if coalesce((select c.size from ledger.index_cursor c where c.tenant = log_tenant), 0) < (
      select b.size from ledger.batch b where b.tenant = log_tenant order by b.previous_size desc limit 1
    ) then
      return next log_tenant;
    end if;
  end loop;
  perform set_config('app.tenant', '', true);
end
$$;

revoke execute on function ledger.append(bigint, text[], text[], bigint[], bytea[], bigint[], bytea[], bytea[], bigint[],
  boolean[], bytea[], bytea[], int[], uuid[], bytea[], text[], text[], bytea[], bytea[], bytea[], bytea[]),
  ledger.index_entries(text[], bigint[], bigint[], uuid[], int[], text[]), ledger.index_behind() from public;
grant execute on function ledger.append(bigint, text[], text[], bigint[], bytea[], bigint[], bytea[], bytea[], bigint[],
  boolean[], bytea[], bytea[], int[], uuid[], bytea[], text[], text[], bytea[], bytea[], bytea[], bytea[]),
  ledger.index_entries(text[], bigint[], bigint[], uuid[], int[], text[]), ledger.index_behind() to ledger_append;
