-- Registers behind the disclosure record: agreements, consents, opt-outs, notices, holds, requests with a clock.
-- The log holds what happened to an entry; this table holds how it stands. An entry keeps what it is about for
-- good, changes by one revision at a time and is never deleted; only its sealed half can be taken away.

create table ledger.register_entry (
  tenant text not null,
  register text not null check (register in (
    'agreement', 'consent', 'directory_policy', 'opt_out', 'annual_notice', 'debarment', 'hold', 'inspection',
    'amendment', 'redisclosure')),
  id uuid not null,
  revision integer not null check (revision > 0),
  state text not null check (state ~ '^[a-z][a-z0-9_]{0,63}$'),
  -- Keyed hash of the student; null where the entry is about none.
  subject bytea check (length(subject) = 32),
  -- Keyed hashes of the names of the parties.
  parties bytea[] not null,
  -- Of a notice or policy.
  version text,
  opened_at timestamptz not null,
  due_at timestamptz check (due_at >= opened_at),
  closed_at timestamptz check (closed_at >= opened_at),
  -- Canonical JSON; closed words, days and versions only.
  facts text not null,
  -- AES-256-GCM under the student's key, or under that of the tenant's entries about nobody; null once erased.
  sealed bytea,
  -- By the database's clock, unlike the times above: an erasure reaches what was sealed before it.
  sealed_at timestamptz not null default clock_timestamp(),
  -- Keyed hashes of who made the last change and of the command that did.
  changed_by bytea not null check (length(changed_by) = 32),
  command bytea not null check (length(command) = 32),
  primary key (tenant, register, id)
);
create index register_entry_subject on ledger.register_entry (tenant, register, subject) where subject is not null;
create index register_entry_due on ledger.register_entry (tenant, register, due_at)
  where due_at is not null and closed_at is null;
create unique index register_entry_version on ledger.register_entry (tenant, register, version)
  where version is not null;

alter table ledger.register_entry enable row level security;
alter table ledger.register_entry force row level security;
create policy tenant_rows on ledger.register_entry using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));
-- For the count of clocks below, which runs as the owner.
create policy owner_reads on ledger.register_entry for select to campanile_owner using (true);
grant select on ledger.register_entry to ledger_read;
grant select, insert on ledger.register_entry to ledger_append;
grant update (revision, state, closed_at, sealed, sealed_at, changed_by, command) on ledger.register_entry to ledger_append;

create function ledger.hold_register_entry() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'an entry of a register stays' using errcode = 'insufficient_privilege';
  end if;
  if (new.tenant, new.register, new.id, new.subject, new.parties, new.version, new.opened_at, new.due_at, new.facts)
    is distinct from
    (old.tenant, old.register, old.id, old.subject, old.parties, old.version, old.opened_at, old.due_at, old.facts)
  then
    raise exception 'an entry of a register keeps what it is about' using errcode = 'insufficient_privilege';
  end if;
  if new.revision = old.revision + 1 then return new; end if;
  if new.sealed is null and new.revision = old.revision
    and (new.state, new.closed_at, new.changed_by, new.command)
      is not distinct from (old.state, old.closed_at, old.changed_by, old.command)
  then
    return new;
  end if;
  raise exception 'an entry of a register changes by one revision' using errcode = 'insufficient_privilege';
end
$$;
create trigger held before update or delete on ledger.register_entry
  for each row execute function ledger.hold_register_entry();
create trigger held_whole before truncate on ledger.register_entry
  for each statement execute function ledger.hold_register_entry();

-- How the clocks stand, by tenant: counts and an age, and nothing about anybody.
create function ledger.record_clocks()
  returns table (tenant text, clock text, open bigint, overdue bigint, oldest_seconds double precision)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.tenant, e.register, count(*) filter (where e.closed_at is null),
    count(*) filter (where e.closed_at is null and e.due_at < clock_timestamp()),
    coalesce(extract(epoch from clock_timestamp() - min(e.opened_at) filter (where e.closed_at is null)), 0)
  from ledger.register_entry e
  where e.due_at is not null
  group by e.tenant, e.register
$$;

revoke execute on function ledger.hold_register_entry(), ledger.record_clocks() from public;
grant execute on function ledger.record_clocks() to ledger_read;
