select distinct register
from ledger.register_entry
where tenant = $1
  and (
    (register = 'hold' and state in ('placed', 'release_proposed') and (subject is null or subject = $2))
    or (register = 'inspection' and state = 'open' and subject = $2)
  )
order by register
