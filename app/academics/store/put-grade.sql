SELECT academics.put_grade(ROW($1, $2, $3, $4, $5)::academics.reader, $6, $7, $8) AS answer
