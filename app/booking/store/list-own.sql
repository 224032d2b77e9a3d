SELECT b.id, b.room, r.name AS "roomName",
  (extract(epoch FROM lower(b.during)) * 1000)::float8 AS "startMillis",
  (extract(epoch FROM upper(b.during)) * 1000)::float8 AS "endMillis"
FROM booking.booking b
JOIN booking.room r ON r.tenant = b.tenant AND r.id = b.room
WHERE b.booked_by = $1 AND b.cancelled_at IS NULL AND upper(b.during) > to_timestamp($2::float8 / 1000)
ORDER BY lower(b.during), b.id
LIMIT 200
