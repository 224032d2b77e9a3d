select subject, bool_or(state <> 'destroyed') as kept
from ledger.register_entry
where tenant = $1 and register = 'student_record' and subject is not null
group by subject
