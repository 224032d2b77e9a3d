-- The history of scans: what came of each, and what was another way than in the scan before. Rows are added and never
-- changed: the role that adds them may do no more, and nobody may add behind a scan that is there. What files call their
-- resources stands in it for good; the owner of the schema can overwrite a name.

create schema if not exists compliance;

create table compliance.scan (
  scanned_at timestamptz primary key check (scanned_at = date_trunc('milliseconds', scanned_at)),
  -- The newest scan when it was added. Each is followed by one at most, and one follows none: so a scan comes behind all
  -- others, whoever adds it, at any isolation level.
  follows timestamptz unique nulls not distinct references compliance.scan check (follows < scanned_at),
  -- The ledger's event of the scan.
  event uuid not null unique,
  -- The scan it was compared with. Where that is not here, scans in between were lost.
  previous_at timestamptz,
  -- Scores of different rule sets do not compare.
  ruleset text not null,
  low double precision not null check (low between 0 and 100),
  high double precision not null check (high between 0 and 100),
  raw double precision not null check (raw between 0 and 100),
  grade text not null,
  caps text[] not null,
  coverage_ratio double precision not null check (coverage_ratio between 0 and 1),
  waived_ratio double precision not null check (waived_ratio between 0 and 1),
  duration_millis double precision not null check (duration_millis >= 0),
  -- Against the newest scan that was here before it; null for the first.
  changed_items integer check (changed_items >= 0),
  began integer check (began >= 0),
  ended integer check (ended >= 0),
  -- SHA-256 of the report as it was kept in its file, and of the evidence bundle beside it.
  posture_sha256 bytea not null check (length(posture_sha256) = 32),
  bundle_sha256 bytea check (length(bundle_sha256) = 32)
);

-- An item is as its newest row says; `outside`: no longer looked at. Without a row it never was.
create table compliance.item_change (
  scanned_at timestamptz not null references compliance.scan,
  item text not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
  state text not null check (state in ('fail', 'unknown', 'pass', 'waived', 'not-applicable', 'outside')),
  -- Resources by verdict.
  passing integer not null check (passing >= 0),
  failing integer not null check (failing >= 0),
  unknown integer not null check (unknown >= 0),
  waived integer not null check (waived >= 0),
  primary key (item, scanned_at)
);

-- A failure is as its newest row says.
create table compliance.finding_change (
  scanned_at timestamptz not null references compliance.scan,
  finding text not null,
  item text not null,
  state text not null check (state in ('open', 'waived', 'ended')),
  -- When it began, which may be before a scan listed it.
  since timestamptz not null,
  -- Where the resource was found; a scan that does not look there ends nothing.
  source text,
  resource text not null,
  file text,
  line integer,
  primary key (finding, scanned_at)
);
create index finding_change_item on compliance.finding_change (item, scanned_at);

-- Counts of a framework are those of its newest row.
create table compliance.framework_change (
  scanned_at timestamptz not null references compliance.scan,
  framework text not null,
  mapped integer not null check (mapped = pass + fail + unknown),
  pass integer not null check (pass >= 0),
  fail integer not null check (fail >= 0),
  unknown integer not null check (unknown >= 0),
  primary key (framework, scanned_at)
);

-- What a scan changed is said in the transaction that adds the scan, and never after.
create function compliance.refuse_late_change() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from added join compliance.scan using (scanned_at)
    where scan.xmin <> pg_current_xact_id()::xid
  ) then
    raise exception 'the scan was there before' using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end
$$;
create trigger item_change_in_time after insert on compliance.item_change
  referencing new table as added for each statement execute function compliance.refuse_late_change();
create trigger finding_change_in_time after insert on compliance.finding_change
  referencing new table as added for each statement execute function compliance.refuse_late_change();
create trigger framework_change_in_time after insert on compliance.framework_change
  referencing new table as added for each statement execute function compliance.refuse_late_change();

grant usage on schema compliance to compliance_history;
grant select, insert on compliance.scan, compliance.item_change, compliance.finding_change,
  compliance.framework_change to compliance_history;
