SELECT users.is_foreign($1) AS "isForeign"
