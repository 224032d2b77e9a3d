INSERT INTO academics.course (tenant, id, code, title, credit_hundredths, term, starts_on, ends_on)
SELECT $1, r.id, r.code, r.title, r.credit_hundredths, r.term, r.starts_on, r.ends_on
FROM jsonb_to_recordset($2::jsonb) AS r (
  id uuid, code text, title text, credit_hundredths integer, term text, starts_on date, ends_on date)
ON CONFLICT DO NOTHING
