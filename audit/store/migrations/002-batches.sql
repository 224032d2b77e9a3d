-- The second shape of the ledger: one row per batch instead of one per entry. Nothing that had to be kept was ever
-- stored in the first one, so its tables go. What a log is stays in tables that nobody may change; what may be
-- erased one day (facts, salts, sealed personal data, who a row is about) stands apart from it.

drop function ledger.enter_log(text);
drop table ledger.personal, ledger.facts, ledger.checkpoint, ledger.head, ledger.node, ledger.entry, ledger.log;

create table ledger.log (
  tenant text primary key check (tenant ~ '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'),
  -- First line of every checkpoint; never changes, even when the house moves.
  origin text not null unique,
  created_at timestamptz not null default clock_timestamp()
);

-- Whose turn it is to write: whoever becomes the writer raises the epoch, and nothing older is taken any more.
create table ledger.lease (
  is_only boolean primary key default true check (is_only),
  epoch bigint not null
);
insert into ledger.lease (epoch) values (0);

-- One row per tenant and commit; the newest is the head. Two batches on top of the same head collide on the key.
create table ledger.batch (
  tenant text not null,
  previous_size bigint not null check (previous_size >= 0),
  size bigint not null check (size > previous_size),
  root bytea not null check (length(root) = 32),
  -- Roots of the complete subtrees, largest first.
  frontier bytea not null,
  -- Time of every leaf of the batch, milliseconds since the epoch.
  last_time bigint not null,
  -- True when demo data is among the leaves.
  synthetic boolean not null,
  -- Leaves as an entry bundle of tlog-tiles: each its length in two bytes, then canonical JSON.
  leaves bytea not null,
  leaf_hashes bytea not null check (length(leaf_hashes) = 32 * (size - previous_size)),
  epoch bigint not null,
  primary key (tenant, previous_size)
);
create index batch_synthetic on ledger.batch (tenant, previous_size) where synthetic;

create table ledger.checkpoint (
  tenant text not null,
  size bigint not null check (size > 0),
  root bytea not null check (length(root) = 32),
  note text not null,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (tenant, size)
);

-- The idempotency keys, for the life of the log.
create table ledger.event_key (
  tenant text not null,
  id uuid not null,
  producer text not null,
  index bigint not null,
  -- HMAC-SHA-256 of the whole event under a key outside the database: tells same bytes from other bytes, and
  -- says nothing about them once the side store is gone.
  digest bytea not null check (length(digest) = 32),
  primary key (tenant, id, producer)
);

-- What opens the commitments of a batch, element by element; an erased element is null.
create table ledger.side (
  tenant text not null,
  first bigint not null check (first >= 0),
  class text[] not null,
  -- Canonical JSON, exactly the bytes the commitment covers.
  facts text[] not null,
  salt bytea[] not null,
  -- Stays when the personal data go, so that the facts remain provable.
  personal_commitment bytea[] not null,
  -- Keyed hash of the subject; null where the event names none.
  subject bytea[] not null,
  -- AES-256-GCM under the subject's key: nonce, tag, then salt and data.
  sealed bytea[] not null,
  primary key (tenant, first)
);

-- Which entries are about a subject.
create table ledger.subject_entry (
  tenant text not null,
  subject bytea not null check (length(subject) = 32),
  index bigint not null,
  id uuid not null,
  class text not null,
  -- Of the leaf, milliseconds since the epoch.
  time bigint not null,
  primary key (tenant, subject, index)
);

-- Hashes and ciphertext do not compress; trying costs more than the insert.
alter table ledger.batch alter column leaf_hashes set storage external;
alter table ledger.side alter column salt set storage external, alter column personal_commitment set storage external,
  alter column subject set storage external, alter column sealed set storage external;
do $$
begin
  alter table ledger.batch alter column leaves set compression lz4;
  alter table ledger.side alter column facts set compression lz4, alter column class set compression lz4;
exception when feature_not_supported then
  raise notice 'this PostgreSQL has no lz4: leaves and facts are compressed by pglz';
end
$$;

do $$
declare
  name text;
begin
  foreach name in array array['log', 'batch', 'checkpoint', 'event_key', 'side', 'subject_entry', 'lease'] loop
    execute format('alter table ledger.%I enable row level security', name);
    execute format('alter table ledger.%I force row level security', name);
  end loop;
  foreach name in array array['log', 'batch', 'checkpoint', 'event_key', 'side', 'subject_entry'] loop
    execute format(
      'create policy tenant_rows on ledger.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    execute format('grant select on ledger.%I to ledger_read', name);
  end loop;
  foreach name in array array['log', 'batch', 'checkpoint', 'event_key'] loop
    execute format('grant select on ledger.%I to ledger_append', name);
    execute format(
      'create trigger append_only before update or delete on ledger.%I'
      ' for each row execute function ledger.refuse_change()', name);
    execute format(
      'create trigger append_only_whole before truncate on ledger.%I'
      ' for each statement execute function ledger.refuse_change()', name);
  end loop;
end
$$;
grant insert on ledger.checkpoint to ledger_append;

-- For the functions below, which run as the owner; a login role sees one tenant per transaction.
create policy owner_reads on ledger.log for select to campanile_owner using (true);
create policy owner_leases on ledger.lease to campanile_owner using (true) with check (true);

-- Becomes the writer: whatever was begun under an older epoch ends first or is refused.
create function ledger.take_lease() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update ledger.lease set epoch = epoch + 1 returning epoch
$$;

-- Appends batches of many tenants, all or none, in one statement and one commit. The lists of batches are as long
-- as each other, and so are those of entries, which follow one another batch by batch. Only this function writes:
-- the roles that call it may insert nothing themselves, and the policies hold for it too.
--
-- Fails with LG003 when another writer has come, with LG002 when a log's head is not the one the batch was made
-- for, and with a unique violation when an event is in its log already.
create function ledger.append(
  writer_epoch bigint,
  tenants text[], origins text[], previous_sizes bigint[], previous_roots bytea[], sizes bigint[], roots bytea[],
  frontiers bytea[], last_times bigint[], synthetics boolean[], leaves bytea[], leaf_hashes bytea[],
  ids uuid[], producers text[], digests bytea[], classes text[], facts text[], salts bytea[],
  personal_commitments bytea[], subjects bytea[], sealed bytea[]
) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  log_tenant text;
  first bigint;
  head_size bigint;
  head_root bytea;
  a int := 1;
  z int;
begin
  -- Shared among appends, waited for by the next writer: none of them commits after it has begun.
  perform from ledger.lease where epoch = writer_epoch for share;
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
    if first = 0 then
      insert into ledger.log (tenant, origin) values (log_tenant, origins[batch]) on conflict (tenant) do nothing;
    end if;
    insert into ledger.event_key (tenant, id, producer, index, digest)
    select log_tenant, e.id, e.producer, first + e.position - 1, e.digest
    from unnest(ids[a:z], producers[a:z], digests[a:z]) with ordinality as e (id, producer, digest, position);
    insert into ledger.batch
      (tenant, previous_size, size, root, frontier, last_time, synthetic, leaves, leaf_hashes, epoch)
    values (log_tenant, first, sizes[batch], roots[batch], frontiers[batch], last_times[batch], synthetics[batch],
      leaves[batch], leaf_hashes[batch], writer_epoch);
    insert into ledger.side (tenant, first, class, facts, salt, personal_commitment, subject, sealed)
    values (log_tenant, first, classes[a:z], facts[a:z], salts[a:z], personal_commitments[a:z], subjects[a:z],
      sealed[a:z]);
    insert into ledger.subject_entry (tenant, subject, index, id, class, time)
    select log_tenant, e.subject, first + e.position - 1, e.id, e.class, last_times[batch]
    from unnest(subjects[a:z], ids[a:z], classes[a:z]) with ordinality as e (subject, id, class, position)
    where e.subject is not null;
    a := z + 1;
  end loop;
end
$$;

revoke execute on function ledger.take_lease() from public;
revoke execute on function ledger.append(bigint, text[], text[], bigint[], bytea[], bigint[], bytea[], bytea[], bigint[],
  boolean[], bytea[], bytea[], uuid[], text[], bytea[], text[], text[], bytea[], bytea[], bytea[], bytea[]) from public;
grant execute on function ledger.take_lease() to ledger_append;
grant execute on function ledger.append(bigint, text[], text[], bigint[], bytea[], bigint[], bytea[], bytea[], bigint[],
  boolean[], bytea[], bytea[], uuid[], text[], bytea[], text[], text[], bytea[], bytea[], bytea[], bytea[])
  to ledger_append;
