SELECT academics.read_transcript(ROW($1, $2, $3, $4, $5)::academics.reader, $6, $7) AS answer
