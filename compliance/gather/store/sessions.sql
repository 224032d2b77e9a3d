SELECT
  count(*) FILTER (WHERE a.client_addr IS NOT NULL)::int AS remote,
  count(*) FILTER (WHERE a.client_addr IS NOT NULL AND s.ssl IS NOT TRUE)::int AS remote_without_tls,
  count(*) FILTER (WHERE a.client_addr IS NULL)::int AS local
FROM pg_stat_activity AS a
LEFT JOIN pg_stat_ssl AS s ON s.pid = a.pid
WHERE a.backend_type = 'client backend'
