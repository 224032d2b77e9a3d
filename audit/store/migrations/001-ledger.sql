-- The ledger: one log per tenant. Tables of the tree are written once: no login role may update or delete, and
-- a trigger refuses even the owner. The side store (facts, personal) is apart from it, so that its rows can be
-- deleted one day without touching a leaf.

grant usage on schema ledger to ledger_append, ledger_read;

create table ledger.log (
  tenant text primary key check (tenant ~ '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'),
  -- First line of every checkpoint; never changes, even when the house moves.
  origin text not null unique,
  created_at timestamptz not null default clock_timestamp()
);

create table ledger.entry (
  tenant text not null references ledger.log (tenant),
  index bigint not null check (index >= 0),
  id uuid not null,
  producer text not null,
  -- HMAC-SHA-256 of the whole event under a key outside the database: tells same bytes from other bytes, and
  -- says nothing about them once the side store is gone.
  digest bytea not null check (length(digest) = 32),
  -- Canonical JSON, exactly the bytes that are hashed.
  leaf text not null check (octet_length(leaf) <= 65535),
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  primary key (tenant, index),
  -- The idempotency key, for the life of the log; its order also serves the search by id alone.
  unique (tenant, id, producer)
);

-- Roots of complete subtrees at levels 8, 16, 24, …: the rows of tlog-tiles above the leaves.
create table ledger.node (
  tenant text not null references ledger.log (tenant),
  level smallint not null check (level > 0 and level % 8 = 0),
  index bigint not null check (index >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (tenant, level, index)
);

-- One row per batch; the newest is the head. Two batches on top of the same head collide on the second key.
create table ledger.head (
  tenant text not null references ledger.log (tenant),
  size bigint not null check (size > previous_size),
  previous_size bigint not null check (previous_size >= 0),
  root bytea not null check (length(root) = 32),
  frontier bytea not null,
  -- Time of the last leaf, milliseconds since the epoch.
  last_time bigint not null,
  primary key (tenant, size),
  unique (tenant, previous_size)
);

create table ledger.checkpoint (
  tenant text not null references ledger.log (tenant),
  size bigint not null check (size > 0),
  root bytea not null check (length(root) = 32),
  note text not null,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (tenant, size)
);

create table ledger.facts (
  tenant text not null,
  index bigint not null,
  class text not null,
  synthetic boolean not null,
  -- Canonical JSON, exactly the bytes the commitment covers.
  facts text not null,
  salt bytea not null check (length(salt) = 32),
  -- Stays when the personal row goes, so that the facts remain provable.
  personal_commitment bytea not null check (length(personal_commitment) = 32),
  primary key (tenant, index),
  foreign key (tenant, index) references ledger.entry (tenant, index)
);
create index facts_synthetic on ledger.facts (tenant, index) where synthetic;

create table ledger.personal (
  tenant text not null,
  index bigint not null,
  -- Keyed hash of the subject; null where the event names none.
  subject bytea check (length(subject) = 32),
  -- AES-256-GCM under the subject's key: nonce, tag, then salt and data.
  sealed bytea not null,
  primary key (tenant, index),
  foreign key (tenant, index) references ledger.entry (tenant, index)
);
create index personal_subject on ledger.personal (tenant, subject, index desc) where subject is not null;

create function ledger.refuse_change() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the log is append-only' using errcode = 'insufficient_privilege';
end
$$;

do $$
declare
  name text;
begin
  foreach name in array array['log', 'entry', 'node', 'head', 'checkpoint', 'facts', 'personal'] loop
    execute format('alter table ledger.%I enable row level security', name);
    execute format('alter table ledger.%I force row level security', name);
    execute format(
      'create policy tenant_rows on ledger.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    execute format('grant select on ledger.%I to ledger_read', name);
    execute format('grant insert on ledger.%I to ledger_append', name);
  end loop;
  foreach name in array array['log', 'entry', 'node', 'head', 'checkpoint'] loop
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

-- For the function below, which runs as the owner; a login role sees one tenant per transaction.
create policy owner_reads on ledger.log for select to campanile_owner using (true);

create function ledger.tenants() returns setof text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select tenant from ledger.log order by tenant
$$;

-- Enters a tenant for the rest of the transaction, waits for whoever writes its log, and answers the head as it
-- then is (no row while the log is empty). The lock comes first: a statement's view of the data is older than it.
create function ledger.enter_log(log_tenant text)
  returns table (size bigint, root bytea, frontier bytea, last_time bigint)
  language plpgsql volatile as $$
begin
  perform set_config('app.tenant', log_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended('ledger.log ' || log_tenant, 0));
  return query
    select h.size, h.root, h.frontier, h.last_time
    from ledger.head h where h.tenant = log_tenant order by h.size desc limit 1;
end
$$;

revoke execute on all functions in schema ledger from public;
grant execute on function ledger.tenants(), ledger.enter_log(text) to ledger_append, ledger_read;
