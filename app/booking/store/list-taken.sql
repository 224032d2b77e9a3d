-- When a room is taken between two instants; by whom is nobody's business.
SELECT (extract(epoch FROM lower(during)) * 1000)::float8 AS "startMillis",
  (extract(epoch FROM upper(during)) * 1000)::float8 AS "endMillis"
FROM booking.booking
WHERE room = $1 AND cancelled_at IS NULL
  AND during && tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000))
