INSERT INTO users.account (tenant, id, email, name, role, password_hash, must_change_password, synthetic)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING
RETURNING id
