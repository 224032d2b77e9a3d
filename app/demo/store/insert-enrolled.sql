INSERT INTO academics.enrolled (tenant, student, course)
SELECT $1, r.student, r.course
FROM jsonb_to_recordset($2::jsonb) AS r (student uuid, course uuid)
ON CONFLICT DO NOTHING
