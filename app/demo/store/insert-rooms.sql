INSERT INTO booking.room (tenant, id, name, building, capacity)
SELECT $1, r.id, r.name, r.building, r.capacity
FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, name text, building text, capacity integer)
ON CONFLICT DO NOTHING
