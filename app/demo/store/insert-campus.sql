INSERT INTO booking.campus (tenant, time_zone) VALUES ($1, $2) ON CONFLICT DO NOTHING
