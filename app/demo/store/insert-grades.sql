INSERT INTO academics.grade (tenant, student, course, letter, entered_by)
SELECT $1, r.student, r.course, r.letter, r.entered_by
FROM jsonb_to_recordset($2::jsonb) AS r (student uuid, course uuid, letter text, entered_by uuid)
ON CONFLICT DO NOTHING
