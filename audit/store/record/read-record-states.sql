select subject, bool_or(state <> 'destroyed') as kept,
  extract(epoch from max(closed_at))::float8 * 1000 as closed_millis
from ledger.register_entry
where tenant = $1 and register = 'student_record' and subject is not null
  and ($2::bytea[] is null or subject = any ($2))
group by subject
