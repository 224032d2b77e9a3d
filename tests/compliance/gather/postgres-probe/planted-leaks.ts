/** Ways around row-level security, each with a twin that is sound: SQL with `%s` for schema and `%r` for role. */

export interface PlantedPair {
  /** Words of the leak that has to be found. */
  readonly leak: string
  readonly name: string
  readonly leaky: string
  readonly sound: string
}

const own = "tenant_id = current_setting('app.tenant', true)"
const table = `CREATE TABLE %s.t (id int, tenant_id text, body text);
INSERT INTO %s.t VALUES (1, 'a', 'x'), (2, 'b', 'y');`
const forced = 'ALTER TABLE %s.t ENABLE ROW LEVEL SECURITY; ALTER TABLE %s.t FORCE ROW LEVEL SECURITY;'
const policy = `CREATE POLICY own ON %s.t USING (${own}) WITH CHECK (${own});`
const read = 'GRANT SELECT ON %s.t TO %r;'
const divided = `${table} ${forced} ${policy}`
const owner =
  'CREATE ROLE %r_owner NOLOGIN; GRANT USAGE, CREATE ON SCHEMA %s TO %r_owner; ALTER TABLE %s.t OWNER TO %r_owner;'
const enabled = `${table} ALTER TABLE %s.t ENABLE ROW LEVEL SECURITY; ${policy}`

export const plantedPairs: readonly PlantedPair[] = [
  {
    name: 'row-level security that nobody enabled',
    leak: 'no_row_security',
    leaky: `${table} ${read}`,
    sound: `${divided} ${read}`,
  },
  {
    name: 'an owner whom it does not bind',
    leak: 'bypass',
    leaky: `${enabled} GRANT CREATE ON SCHEMA %s TO %r; ALTER TABLE %s.t OWNER TO %r;`,
    sound: `${divided} GRANT CREATE ON SCHEMA %s TO %r; ALTER TABLE %s.t OWNER TO %r; REVOKE TRUNCATE ON %s.t FROM %r;`,
  },
  {
    name: 'a member of the owner',
    leak: 'bypass',
    leaky: `${enabled} ${owner} GRANT %r_owner TO %r; ${read}`,
    sound: `${enabled} ${owner} ${read}`,
  },
  {
    name: 'BYPASSRLS',
    leak: 'bypass',
    leaky: `${divided} ${read} ALTER ROLE %r BYPASSRLS;`,
    sound: `${divided} ${read} ALTER ROLE %r NOBYPASSRLS CREATEDB;`,
  },
  {
    name: 'a role it may become',
    leak: 'become',
    leaky: `${divided} ${read} CREATE ROLE %r_above NOLOGIN BYPASSRLS; ALTER ROLE %r NOINHERIT; GRANT %r_above TO %r;`,
    sound: `${divided} ${read} CREATE ROLE %r_group NOLOGIN; GRANT %r_group TO %r;`,
  },
  {
    name: 'a policy that is always true',
    leak: 'rows',
    leaky: `${table} ${forced} CREATE POLICY all_rows ON %s.t USING (true); ${read}`,
    // What a restrictive policy closes, a permissive one does not open.
    sound: `${table} ${forced} CREATE POLICY all_rows ON %s.t USING (true); CREATE POLICY own ON %s.t AS RESTRICTIVE USING (${own}); ${read}`,
  },
  {
    name: 'a second policy that opens what the first closes',
    leak: 'rows',
    leaky: `${divided} CREATE POLICY shared ON %s.t FOR SELECT USING (body = 'x'); ${read}`,
    sound: `${divided} CREATE POLICY shared ON %s.t FOR SELECT USING (body = 'x' AND ${own}); ${read}`,
  },
  {
    name: 'an OR inside of a policy',
    leak: 'rows',
    leaky: `${table} ${forced} CREATE POLICY own ON %s.t USING (${own} OR id < 2); ${read}`,
    sound: `${table} ${forced} CREATE POLICY own ON %s.t USING (${own} AND (id < 2 OR body = 'y')); ${read}`,
  },
  {
    name: 'a policy for one command only, and an open one for another',
    leak: 'delete',
    leaky: `${table} ${forced} CREATE POLICY own ON %s.t FOR SELECT USING (${own}); CREATE POLICY gone ON %s.t FOR DELETE USING (true); GRANT SELECT, DELETE ON %s.t TO %r;`,
    // Without a policy for it, a command reaches no row.
    sound: `${table} ${forced} CREATE POLICY own ON %s.t FOR SELECT USING (${own}); GRANT SELECT, DELETE ON %s.t TO %r;`,
  },
  {
    name: 'writing that nothing checks',
    leak: 'check',
    leaky: `${table} ${forced} CREATE POLICY own ON %s.t FOR SELECT USING (${own}); CREATE POLICY add ON %s.t FOR INSERT WITH CHECK (true); GRANT SELECT, INSERT ON %s.t TO %r;`,
    // Without WITH CHECK, what may be seen may be written.
    sound: `${table} ${forced} CREATE POLICY own ON %s.t USING (${own}); GRANT SELECT, INSERT, UPDATE ON %s.t TO %r;`,
  },
  {
    name: 'a setting that may be missing',
    leak: 'seen',
    leaky: `${table} ${forced} CREATE POLICY own ON %s.t USING (${own} OR current_setting('app.tenant', true) IS NULL); ${read}`,
    sound: `${table} ${forced} CREATE POLICY own ON %s.t USING (tenant_id = NULLIF(current_setting('app.tenant', true), '')); ${read}`,
  },
  {
    name: 'a setting that falls back to the row',
    leak: 'seen',
    leaky: `${table} ${forced} CREATE POLICY own ON %s.t USING (tenant_id = COALESCE(current_setting('app.tenant', true), tenant_id)); ${read}`,
    sound: `${table} ${forced} CREATE POLICY own ON %s.t USING (tenant_id = (SELECT current_setting('app.tenant', true))); ${read}`,
  },
  {
    name: 'a function with the rights of somebody above',
    leak: 'definer',
    leaky: `${divided} CREATE FUNCTION %s.everything() RETURNS SETOF %s.t LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM %s.t'; GRANT EXECUTE ON FUNCTION %s.everything() TO %r; ${read}`,
    sound: `${divided} CREATE FUNCTION %s.everything() RETURNS SETOF %s.t LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM %s.t WHERE tenant_id = current_setting(''app.tenant'', true)'; ${read}`,
  },
  {
    name: 'a view that shows what its owner sees',
    leak: 'view',
    leaky: `${divided} CREATE VIEW %s.v AS SELECT * FROM %s.t; GRANT SELECT ON %s.v TO %r;`,
    sound: `${divided} CREATE VIEW %s.v WITH (security_invoker = true) AS SELECT * FROM %s.t; GRANT SELECT ON %s.v, %s.t TO %r;`,
  },
  {
    name: 'a view whose switch is written otherwise',
    leak: 'view',
    leaky: `${divided} CREATE VIEW %s.v WITH (security_invoker = no) AS SELECT * FROM %s.t; GRANT SELECT ON %s.v TO %r;`,
    sound: `${divided} CREATE VIEW %s.v WITH (security_invoker = yes) AS SELECT * FROM %s.t; GRANT SELECT ON %s.v, %s.t TO %r;`,
  },
  {
    name: 'a role that it acts as by SET ROLE',
    leak: 'rows',
    leaky: `${table} ${forced} CREATE POLICY all_rows ON %s.t USING (true); CREATE ROLE api_as_%r NOLOGIN; GRANT USAGE ON SCHEMA %s TO api_as_%r; GRANT SELECT ON %s.t TO api_as_%r; ALTER ROLE %r NOINHERIT; GRANT api_as_%r TO %r;`,
    sound: `${divided} CREATE ROLE api_as_%r NOLOGIN; GRANT USAGE ON SCHEMA %s TO api_as_%r; GRANT SELECT ON %s.t TO api_as_%r; ALTER ROLE %r NOINHERIT; GRANT api_as_%r TO %r;`,
  },
  {
    name: 'a tenant that is a uuid, behind a view',
    leak: 'rows',
    leaky: `CREATE TABLE %s.t (id int, tenant_id uuid); INSERT INTO %s.t VALUES (1, '00000000-0000-4000-8000-000000000001'); ${forced} CREATE POLICY all_rows ON %s.t USING (tenant_id = (current_setting('app.tenant_uuid', true))::uuid OR id > 0); CREATE VIEW %s.v WITH (security_invoker = 1) AS SELECT id FROM %s.t; GRANT SELECT ON %s.v, %s.t TO %r;`,
    sound: `CREATE TABLE %s.t (id int, tenant_id uuid); INSERT INTO %s.t VALUES (1, '00000000-0000-4000-8000-000000000001'); ${forced} CREATE POLICY own ON %s.t USING (tenant_id = (NULLIF(current_setting('app.tenant_uuid', true), ''))::uuid); CREATE VIEW %s.v WITH (security_invoker = 1) AS SELECT id FROM %s.t; GRANT SELECT ON %s.v, %s.t TO %r;`,
  },
  {
    name: 'a materialized view',
    leak: 'materialized_view',
    leaky: `${divided} CREATE MATERIALIZED VIEW %s.m AS SELECT tenant_id, count(*) FROM %s.t GROUP BY 1; GRANT SELECT ON %s.m TO %r;`,
    sound: `${divided} CREATE MATERIALIZED VIEW %s.m AS SELECT tenant_id, count(*) FROM %s.t GROUP BY 1; ${read}`,
  },
  {
    name: 'a partition that is reached by itself',
    leak: 'no_row_security',
    leaky: `CREATE TABLE %s.t (id int, tenant_id text) PARTITION BY LIST (tenant_id); CREATE TABLE %s.p PARTITION OF %s.t FOR VALUES IN ('a'); INSERT INTO %s.t VALUES (1, 'a'); ${forced} ${policy} GRANT SELECT ON %s.t, %s.p TO %r;`,
    sound: `CREATE TABLE %s.t (id int, tenant_id text) PARTITION BY LIST (tenant_id); CREATE TABLE %s.p PARTITION OF %s.t FOR VALUES IN ('a'); INSERT INTO %s.t VALUES (1, 'a'); ${forced} ${policy} ${read}`,
  },
  {
    name: 'a table that inherits the columns and not the policies',
    leak: 'no_row_security',
    leaky: `${divided} CREATE TABLE %s.child () INHERITS (%s.t); INSERT INTO %s.child VALUES (3, 'b', 'z'); GRANT SELECT ON %s.child TO %r;`,
    sound: `${divided} CREATE TABLE %s.child () INHERITS (%s.t); INSERT INTO %s.child VALUES (3, 'b', 'z'); ${read}`,
  },
  {
    name: 'a foreign table',
    leak: 'foreign_table',
    leaky: `${divided} CREATE FOREIGN DATA WRAPPER %s_w; CREATE SERVER %s_s FOREIGN DATA WRAPPER %s_w; CREATE FOREIGN TABLE %s.f (id int, tenant_id text) SERVER %s_s; GRANT SELECT ON %s.f TO %r;`,
    sound: `${divided} CREATE FOREIGN DATA WRAPPER %s_w; CREATE SERVER %s_s FOREIGN DATA WRAPPER %s_w; CREATE FOREIGN TABLE %s.f (id int, tenant_id text) SERVER %s_s; ${read}`,
  },
  {
    name: 'a sequence that all tenants share',
    leak: 'sequence',
    leaky: `${divided} ALTER TABLE %s.t ADD COLUMN turn int GENERATED BY DEFAULT AS IDENTITY; GRANT SELECT ON %s.t TO %r; GRANT SELECT ON SEQUENCE %s.t_turn_seq TO %r;`,
    sound: `${divided} ALTER TABLE %s.t ADD COLUMN turn int GENERATED BY DEFAULT AS IDENTITY; GRANT SELECT, INSERT ON %s.t TO %r; GRANT USAGE ON SEQUENCE %s.t_turn_seq TO %r;`,
  },
  {
    name: 'a default that names one tenant',
    leak: 'default',
    leaky: `${divided} ALTER TABLE %s.t ALTER tenant_id SET DEFAULT 'a'; GRANT INSERT ON %s.t TO %r;`,
    sound: `${divided} ALTER TABLE %s.t ALTER tenant_id SET DEFAULT current_setting('app.tenant'); GRANT INSERT ON %s.t TO %r;`,
  },
  {
    name: 'a tenant that stays in a pooled connection',
    leak: 'session',
    leaky: `${divided} ${read} CREATE FUNCTION %s.enter(name text) RETURNS text LANGUAGE sql AS 'SELECT set_config(''app.tenant'', name, false)'; GRANT EXECUTE ON FUNCTION %s.enter(text) TO %r;`,
    sound: `${divided} ${read} CREATE FUNCTION %s.enter(name text) RETURNS text LANGUAGE sql AS 'SELECT set_config(''app.tenant'', name, true)'; GRANT EXECUTE ON FUNCTION %s.enter(text) TO %r;`,
  },
  {
    name: 'a tenant that the role brings along',
    leak: 'setting',
    leaky: `${divided} ${read} ALTER ROLE %r SET app.tenant = 'a';`,
    sound: `${divided} ${read} ALTER ROLE %r SET statement_timeout = '5s';`,
  },
  {
    name: 'large objects',
    leak: 'large_object',
    leaky: `${divided} ${read} DO $$ DECLARE id oid := lo_from_bytea(0, 'essay'); BEGIN EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO %r', id); END $$;`,
    sound: `${divided} ${read} SELECT lo_from_bytea(0, 'essay');`,
  },
  {
    name: 'a publication that the role may stream',
    leak: 'publication',
    leaky: `${divided} ${read} CREATE PUBLICATION %s_all FOR TABLE %s.t; ALTER ROLE %r REPLICATION;`,
    sound: `${divided} ${read} CREATE PUBLICATION %s_all FOR TABLE %s.t WHERE (tenant_id = 'a');`,
  },
  {
    name: 'TRUNCATE, which asks no policy',
    leak: 'truncate',
    leaky: `${divided} GRANT SELECT, TRUNCATE ON %s.t TO %r;`,
    sound: `${divided} GRANT SELECT, DELETE ON %s.t TO %r;`,
  },
]
