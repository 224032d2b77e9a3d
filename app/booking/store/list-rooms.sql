SELECT id, name, building, capacity FROM booking.room ORDER BY building, name
