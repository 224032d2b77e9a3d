-- The history of scans: what came of each, and what was another way than in the scan before. Nothing here is about a
-- person or a school. Rows are added and never changed, and the role that adds them may do no more.

create schema if not exists compliance;

create table compliance.scan (
  scanned_at timestamptz primary key check (scanned_at = date_trunc('milliseconds', scanned_at)),
  -- The ledger's event of the scan.
  event uuid not null unique,
  -- The scan it was compared with. Where that is not here, scans in between were lost.
  previous_at timestamptz check (previous_at < scanned_at),
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
  -- SHA-256 of the report as it was kept in its file, and of the evidence bundle beside it.
  posture_sha256 bytea not null check (length(posture_sha256) = 32),
  bundle_sha256 bytea check (length(bundle_sha256) = 32)
);

-- An item is in the state of its newest row; `outside`: no longer looked at. Without a row it never was.
create table compliance.item_change (
  scanned_at timestamptz not null references compliance.scan,
  item text not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
  state text not null check (state in ('fail', 'unknown', 'pass', 'waived', 'not-applicable', 'outside')),
  primary key (item, scanned_at)
);
create index item_change_scan on compliance.item_change (scanned_at);

-- A failure stands, waived or not, if its newest row says so.
create table compliance.finding_change (
  scanned_at timestamptz not null references compliance.scan,
  finding text not null,
  item text not null,
  stands boolean not null,
  -- Where the resource was found; a scan that does not look there ends nothing.
  source text,
  resource text not null,
  file text,
  line integer,
  primary key (finding, scanned_at)
);
create index finding_change_scan on compliance.finding_change (scanned_at);
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
create index framework_change_scan on compliance.framework_change (scanned_at);

grant usage on schema compliance to compliance_history;
grant select, insert on compliance.scan, compliance.item_change, compliance.finding_change,
  compliance.framework_change to compliance_history;
