SELECT booking.is_foreign($1) AS "isForeign"
