SELECT academics.open_accesses(ROW($1, $2, $3, $4, $5)::academics.reader, $6) AS answer
