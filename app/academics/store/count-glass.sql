SELECT tenant, waiting, oldest_seconds AS "oldestSeconds" FROM academics.count_glass()
