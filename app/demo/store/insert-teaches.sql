INSERT INTO academics.teaches (tenant, instructor, course)
SELECT $1, r.instructor, r.course
FROM jsonb_to_recordset($2::jsonb) AS r (instructor uuid, course uuid)
ON CONFLICT DO NOTHING
