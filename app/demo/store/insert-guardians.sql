INSERT INTO academics.guardian (tenant, parent, student, ground, recorded_on)
SELECT $1, r.parent, r.student, r.ground, r.recorded_on
FROM jsonb_to_recordset($2::jsonb) AS r (parent uuid, student uuid, ground text, recorded_on date)
ON CONFLICT DO NOTHING
