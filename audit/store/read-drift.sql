-- What keeps the ledger's tables append-only and its tenants apart, where it is not as the migrations made it.
with tables as (
  select oid, relname, relrowsecurity, relforcerowsecurity from pg_class
  where relnamespace = 'ledger'::regnamespace and relkind in ('r', 'p')
)
select 'row-level security of ' || relname as what from tables
where not relrowsecurity or not relforcerowsecurity
union all
select 'policy ' || polname || ' of ' || relname
from pg_policy join tables on polrelid = tables.oid
where not polpermissive or case
  when polroles = '{0}' then polname <> 'tenant_rows' or polcmd <> '*'
    or pg_get_expr(polqual, polrelid) is distinct from '(tenant = current_setting(''app.tenant''::text, true))'
    or pg_get_expr(polwithcheck, polrelid) is distinct from pg_get_expr(polqual, polrelid)
  else polroles <> array['campanile_owner'::regrole::oid]
end
union all
select 'policy tenant_rows of ' || relname from tables
where relname <> 'lease' and not exists (
  select from pg_policy where polrelid = tables.oid and polname = 'tenant_rows'
)
union all
select 'trigger ' || tgname || ' of ' || relname
from pg_trigger join tables on tgrelid = tables.oid
where not tgisinternal and tgenabled not in ('O', 'A')
union all
select 'trigger ' || wanted.name || ' of ' || relname
from tables cross join (values ('append_only'), ('append_only_whole')) as wanted (name)
where relname in ('log', 'batch', 'checkpoint', 'event_key') and not exists (
  select from pg_trigger where tgrelid = tables.oid and tgname = wanted.name
)
union all
select 'right to ' || privilege_type || ' ' || relname
from tables cross join lateral (
  select (aclexplode(relacl)).* from pg_class where pg_class.oid = tables.oid
) as granted
where relname in (
    'log', 'batch', 'checkpoint', 'event_key', 'side', 'subject_entry', 'index_cursor', 'posting', 'search_cursor', 'lease'
  )
  and granted.grantee <> 'campanile_owner'::regrole
  and granted.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
order by what
