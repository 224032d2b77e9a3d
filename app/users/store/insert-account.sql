INSERT INTO users.account (tenant, id, email, name, role, password_hash, synthetic)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING id
