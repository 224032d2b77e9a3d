select scanned_at as "scannedAt" from compliance.scan order by scanned_at desc limit 1
