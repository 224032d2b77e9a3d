-- Which password an account has, as a number: a session carries the one it was begun with and is refused once it
-- is another. A number needs no clock, so a login that was checked while the password changed is caught as well.
alter table users.account add column password_version integer not null default 1 check (password_version > 0);
