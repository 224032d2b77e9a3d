-- Keeps the signed checkpoints of many logs in one commit.
create function ledger.insert_checkpoints(tenants text[], sizes bigint[], roots bytea[], notes text[]) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  for place in 1 .. cardinality(tenants) loop
    perform set_config('app.tenant', tenants[place], true);
    insert into ledger.checkpoint (tenant, size, root, note)
    values (tenants[place], sizes[place], roots[place], notes[place])
    on conflict (tenant, size) do nothing;
  end loop;
end
$$;
revoke execute on function ledger.insert_checkpoints(text[], bigint[], bytea[], text[]) from public;
grant execute on function ledger.insert_checkpoints(text[], bigint[], bytea[], text[]) to ledger_append;
