insert into compliance.scan (
  scanned_at, follows, event, previous_at, ruleset, low, high, raw, grade, caps, coverage_ratio, waived_ratio,
  duration_millis, changed_items, began, ended, posture_sha256, bundle_sha256
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
