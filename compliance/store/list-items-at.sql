select distinct on (item) item, severity, state, scanned_at as since
from compliance.item_change where scanned_at <= $1 order by item, scanned_at desc
