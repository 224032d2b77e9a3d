INSERT INTO academics.custodian (tenant, account)
SELECT $1, r.account
FROM jsonb_to_recordset($2::jsonb) AS r (account uuid)
ON CONFLICT DO NOTHING
