INSERT INTO academics.advises (tenant, advisor, student)
SELECT $1, r.advisor, r.student
FROM jsonb_to_recordset($2::jsonb) AS r (advisor uuid, student uuid)
ON CONFLICT DO NOTHING
