SELECT academics.review_glass(ROW($1, $2, $3, $4, $5)::academics.reader, $6, $7, $8) AS answer
