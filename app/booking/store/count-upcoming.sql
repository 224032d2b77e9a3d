SELECT count(*)::integer AS upcoming
FROM booking.booking
WHERE booked_by = $1 AND cancelled_at IS NULL AND upper(during) > to_timestamp($2::float8 / 1000)
