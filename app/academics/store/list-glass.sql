SELECT academics.list_glass(ROW($1, $2, $3, $4, $5)::academics.reader, $6) AS answer
