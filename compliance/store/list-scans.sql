select scanned_at as "scannedAt", event, previous_at as "previousAt", ruleset, low, high, raw, grade, caps,
  coverage_ratio as "coverageRatio", waived_ratio as "waivedRatio", duration_millis as "durationMillis",
  encode(posture_sha256, 'hex') as posture, encode(bundle_sha256, 'hex') as bundle,
  previous_at is not null
    and not exists (select from compliance.scan as other where other.scanned_at = scan.previous_at) as "isAfterGap",
  (select count(*)::integer from compliance.item_change as change where change.scanned_at = scan.scanned_at)
    as "changedItems",
  (select count(*)::integer from compliance.finding_change as change
    where change.scanned_at = scan.scanned_at and stands) as began,
  (select count(*)::integer from compliance.finding_change as change
    where change.scanned_at = scan.scanned_at and not stands) as ended
from compliance.scan where scanned_at <= $1 order by scanned_at desc limit $2
