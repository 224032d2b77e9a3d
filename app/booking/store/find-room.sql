SELECT id, name FROM booking.room WHERE id = $1
