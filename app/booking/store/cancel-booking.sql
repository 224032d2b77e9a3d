UPDATE booking.booking SET cancelled_at = now()
WHERE id = $1 AND booked_by = $2 AND cancelled_at IS NULL AND lower(during) > to_timestamp($3::float8 / 1000)
RETURNING id
