-- Events the ledger refused, for a custodian to look at: why, whose, when and how large in the clear, what they said
-- only sealed. A row is no part of any log; the same body again is counted in the row it has.
create table ledger.quarantine (
  tenant text not null,
  id uuid not null,
  -- HMAC-SHA-256 of the body.
  digest bytea not null check (length(digest) = 32),
  reason text not null check (reason in ('shape', 'producer', 'time', 'record', 'size', 'canonical', 'conflict')),
  producer text not null check (producer ~ '^[a-z][a-z0-9_-]{0,63}$'),
  -- Keyed hash of the student the body names, or of nobody: an erasure finds it by it.
  subject bytea not null check (length(subject) = 32),
  body_bytes integer not null check (body_bytes >= 0),
  -- AES-256-GCM under that student's key; null where the body was too large to be kept.
  sealed bytea,
  times integer not null default 1 check (times > 0),
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  primary key (tenant, id),
  unique (tenant, digest)
);
create index quarantine_subject on ledger.quarantine (tenant, subject);
create index quarantine_age on ledger.quarantine (tenant, first_at);

alter table ledger.quarantine enable row level security;
alter table ledger.quarantine force row level security;
create policy tenant_rows on ledger.quarantine using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));
grant select, insert, delete on ledger.quarantine to ledger_append;
grant update (times, last_at) on ledger.quarantine to ledger_append;
grant select on ledger.quarantine to ledger_read;
