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
    FROM pg_class
    WHERE relkind IN ('r', 'm') AND reloptions && ARRAY['autovacuum_enabled=false', 'autovacuum_enabled=off', 'autovacuum_enabled=0']
  ) AS tables_without_autovacuum
