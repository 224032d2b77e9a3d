-- Lets whoever migrates act as the owner; a superuser may already.
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'campanile_owner', 'MEMBER') THEN
    EXECUTE format('GRANT campanile_owner TO %I', current_user);
  END IF;
END
$$
