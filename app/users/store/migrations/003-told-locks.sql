-- The lock the book has been told of: one event for each, however many attempts it refuses.
alter table users.login_attempt add column told_until timestamptz;
