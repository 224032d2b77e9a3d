-- True while somebody else than its owner has chosen the password.
alter table users.account add column must_change_password boolean not null default false;
