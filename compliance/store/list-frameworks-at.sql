select distinct on (framework) framework, mapped, pass, fail, unknown
from compliance.framework_change where scanned_at <= $1 order by framework, scanned_at desc
