INSERT INTO academics.student (tenant, id, name, synthetic)
SELECT $1, r.id, r.name, true
FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, name text)
ON CONFLICT DO NOTHING
