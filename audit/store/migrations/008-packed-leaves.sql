-- Leaves arrive packed: what is left of them does not compress, and trying costs more than the insert.
alter table ledger.batch alter column leaves set storage external;
comment on column ledger.batch.leaves is 'packed leaves (audit/log/leaf-rows.ts); before them, entry bundles';
