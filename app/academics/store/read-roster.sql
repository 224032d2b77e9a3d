SELECT academics.read_roster(ROW($1, $2, $3, $4, $5)::academics.reader, $6) AS answer
