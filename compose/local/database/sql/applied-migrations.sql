SELECT room, name, sha256 FROM campanile.migration ORDER BY room, name
