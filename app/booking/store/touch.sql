-- Keeps a held connection from being cut as idle.
SELECT 1 AS held
