SELECT
  (SELECT max(age(datfrozenxid))::bigint::text FROM pg_database) AS database_xids,
  (SELECT max(mxid_age(datminmxid))::bigint::text FROM pg_database) AS database_multixacts,
  (
    SELECT max(age(relfrozenxid))::bigint::text
    FROM pg_class
    WHERE relkind IN ('r', 't', 'm') AND relfrozenxid <> '0'
  ) AS table_xids,
  (
    SELECT count(*)::int
    FROM pg_class AS c
    CROSS JOIN pg_options_to_table(c.reloptions) AS o
    WHERE c.relkind IN ('r', 'm') AND o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean
  ) AS tables_without_autovacuum
