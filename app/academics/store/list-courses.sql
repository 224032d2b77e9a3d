SELECT academics.list_courses(ROW($1, $2, $3, $4, $5)::academics.reader) AS answer
