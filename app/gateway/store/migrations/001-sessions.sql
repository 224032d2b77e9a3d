-- Sessions and their refresh tokens. A session is the family of tokens that descend from one login; a token
-- shown twice ends it. Only hashes are kept. Row-level security binds the owner too (FORCE).

create schema if not exists gateway;

create table gateway.session (
  tenant text not null check (tenant ~ '^[a-z][a-z0-9_]{1,38}[a-z0-9]$'),
  id uuid not null,
  account uuid not null,
  role text not null,
  created_at timestamptz not null default now(),
  -- Moves with every rotation: the end of the newest token.
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_why text check (revoked_why in ('logout', 'reuse', 'account')),
  primary key (tenant, id),
  check ((revoked_at is null) = (revoked_why is null))
);
create index session_expiry on gateway.session (expires_at);
create index session_revoked on gateway.session (revoked_at) where revoked_at is not null;

create table gateway.refresh_token (
  tenant text not null,
  -- SHA-256 of the token.
  hash bytea not null check (length(hash) = 32),
  session uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant, hash),
  foreign key (tenant, session) references gateway.session (tenant, id) on delete cascade
);
create index refresh_token_session on gateway.refresh_token (tenant, session);

do $$
declare
  name text;
begin
  foreach name in array array['session', 'refresh_token'] loop
    execute format('alter table gateway.%I enable row level security', name);
    execute format('alter table gateway.%I force row level security', name);
    execute format(
      'create policy tenant_rows on gateway.%I using (tenant = current_setting(''app.tenant'', true))'
      ' with check (tenant = current_setting(''app.tenant'', true))', name);
    -- For the functions below, which run as the owner.
    execute format('create policy owner_reads on gateway.%I for select to campanile_owner using (true)', name);
    execute format('create policy owner_purges on gateway.%I for delete to campanile_owner using (true)', name);
  end loop;
end
$$;

create function gateway.count_sessions() returns table (tenant text, role text, sessions integer)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.tenant, s.role, count(*)::integer from gateway.session s
  where s.revoked_at is null and s.expires_at > now() group by 1, 2
$$;

-- Sessions that ended while an access token of theirs may still be valid.
create function gateway.recently_revoked(seconds integer) returns table (id uuid, revoked_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.revoked_at from gateway.session s where s.revoked_at > now() - make_interval(secs => seconds)
$$;

-- Kept a week past the end, so that a late replay is still recognised.
create function gateway.purge_sessions() returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from gateway.session s where s.expires_at < now() - interval '7 days'
$$;

revoke all on function gateway.count_sessions(), gateway.recently_revoked(integer), gateway.purge_sessions()
  from public;
grant execute on function gateway.count_sessions(), gateway.recently_revoked(integer),
  gateway.purge_sessions() to gateway_app;
grant usage on schema gateway to gateway_app;
grant select, insert, update on gateway.session, gateway.refresh_token to gateway_app;
