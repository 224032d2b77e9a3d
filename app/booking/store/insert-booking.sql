INSERT INTO booking.booking (tenant, room, booked_by, during)
VALUES ($1, $2, $3, tstzrange(to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000)))
RETURNING id
