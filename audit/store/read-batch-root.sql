-- The root the log had at a size; no row where no batch ended there.
select root from (
  select size, root from ledger.batch where tenant = $1 and previous_size < $2 order by previous_size desc limit 1
) batch where size = $2
