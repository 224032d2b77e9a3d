SELECT time_zone AS "timeZone", to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
FROM booking.campus
