-- A session ends seven days after its login and when the password it was begun with is another. For sessions of
-- before nobody can tell which password that was: 0 is none, so they end at their next refresh.

alter table gateway.session add column password_version integer not null default 0;
alter table gateway.session alter column password_version drop default;
alter table gateway.session drop constraint session_revoked_why_check;
alter table gateway.session add constraint session_revoked_why_check
  check (revoked_why in ('logout', 'reuse', 'account', 'password'));

comment on column gateway.session.expires_at is 'Seven days after the login; rotation does not move it.';
