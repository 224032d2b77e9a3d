SELECT has_table_privilege('booking.booking', 'SELECT') AS ready
