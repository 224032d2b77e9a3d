-- Accounts of each tenant, and how often a login was tried. Row-level security binds the owner too (FORCE);
-- users_app sees one tenant per transaction, and the few questions over all tenants are functions here.

create schema if not exists users;

create table users.tenant (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'),
  created_at timestamptz not null default now()
);

create table users.account (
  tenant text not null references users.tenant (name),
  id uuid not null,
  -- Always lower case; what a person types to log in.
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  role text not null check (role in ('student', 'parent', 'faculty', 'staff', 'registrar', 'admin', 'auditor', 'operator')),
  -- Argon2id in PHC form, salt and cost inside.
  password_hash text not null check (password_hash like '$argon2id$%'),
  disabled_at timestamptz,
  -- 34 CFR 99.37: names of those who opted out are not directory information.
  directory_opt_out boolean not null default false,
  synthetic boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, email)
);
create unique index account_id on users.account (id);
create index account_name on users.account (tenant, lower(name) text_pattern_ops);

-- Attempts since the last success, kept for e-mails without an account as well: a lock reveals nothing.
create table users.login_attempt (
  tenant text not null,
  -- SHA-256 of the lower-case e-mail.
  email_hash bytea not null check (length(email_hash) = 32),
  attempts integer not null,
  last_at timestamptz not null,
  locked_until timestamptz,
  primary key (tenant, email_hash)
);
create index login_attempt_age on users.login_attempt (last_at);

do $$
declare
  name text;
begin
  foreach name in array array['account', 'login_attempt'] loop
    execute format('alter table users.%I enable row level security', name);
    execute format('alter table users.%I force row level security', name);
    execute format(
      'create policy tenant_rows on users.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    -- For the functions below, which run as the owner.
    execute format('create policy owner_reads on users.%I for select to campanile_owner using (true)', name);
  end loop;
end
$$;
create policy owner_purges on users.login_attempt for delete to campanile_owner using (true);

-- Row-level security on the list of tenants as well: a transaction sees its own.
alter table users.tenant enable row level security;
alter table users.tenant force row level security;
create policy own_tenant on users.tenant using (name = current_setting('app.tenant', true))
  with check (name = current_setting('app.tenant', true));

-- The tenant of an e-mail that has an account in exactly one, else null.
create function users.tenant_of_email(email text) returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when count(*) = 1 then min(a.tenant) end from users.account a where a.email = tenant_of_email.email
$$;

create function users.is_foreign(id uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from users.account a
    where a.id = is_foreign.id and a.tenant is distinct from current_setting('app.tenant', true)
  )
$$;

create function users.count_accounts() returns table (tenant text, role text, accounts integer)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.tenant, a.role, count(*)::integer from users.account a where a.disabled_at is null group by 1, 2
$$;

create function users.purge_attempts() returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from users.login_attempt where last_at < now() - interval '1 day'
$$;

revoke all on function users.tenant_of_email(text), users.is_foreign(uuid), users.count_accounts(),
  users.purge_attempts() from public;
grant execute on function users.tenant_of_email(text), users.is_foreign(uuid), users.count_accounts(),
  users.purge_attempts() to users_app;
grant usage on schema users to users_app;
grant select, insert on users.tenant to users_app;
grant select, insert, update, delete on users.account, users.login_attempt to users_app;
