-- Lets the scanner see how clients prove who they are: the rules of pg_hba.conf, and of each role's password the
-- method it is kept by. The function reads the catalogue of passwords and gives none away.
DO $$
BEGIN
  GRANT SELECT ON pg_hba_file_rules TO compliance_read;
  GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO compliance_read;
  CREATE OR REPLACE FUNCTION campanile.password_methods() RETURNS TABLE (name text, method text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $body$
    SELECT
      rolname::text,
      CASE
        WHEN rolpassword IS NULL THEN 'none'
        WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
        WHEN rolpassword LIKE 'md5%' THEN 'md5'
        ELSE 'other'
      END
    FROM pg_authid
    WHERE rolname !~ '^pg_'
    ORDER BY rolname
    LIMIT 2000
  $body$;
  REVOKE ALL ON FUNCTION campanile.password_methods() FROM PUBLIC;
  GRANT USAGE ON SCHEMA campanile TO compliance_read;
  GRANT EXECUTE ON FUNCTION campanile.password_methods() TO compliance_read;
END
$$
