select distinct on (item) item, severity, state, passing, failing, unknown, waived, scanned_at as "changedAt"
from compliance.item_change where scanned_at <= $1 order by item, scanned_at desc
