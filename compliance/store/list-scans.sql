select scanned_at as "scannedAt", event, previous_at as "previousAt", ruleset, low, high, raw, grade, caps,
  coverage_ratio as "coverageRatio", waived_ratio as "waivedRatio", duration_millis as "durationMillis",
  changed_items as "changedItems", began, ended,
  encode(posture_sha256, 'hex') as posture, encode(bundle_sha256, 'hex') as bundle,
  case
    when previous_at is null then changed_items is not null
    else not exists (select from compliance.scan as other where other.scanned_at = scan.previous_at)
  end as "isAfterGap"
from compliance.scan where scanned_at <= $1 order by scanned_at desc limit $2
