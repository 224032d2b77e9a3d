INSERT INTO campanile.migration (room, name, sha256) VALUES ($1, $2, $3)
