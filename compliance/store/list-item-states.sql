select scanned_at as at, severity, state, passing, failing, unknown, waived
from compliance.item_change where item = $1 order by scanned_at desc limit $2
