SELECT name, setting AS value, source, pending_restart
FROM pg_settings
ORDER BY name
