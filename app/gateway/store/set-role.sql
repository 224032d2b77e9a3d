UPDATE gateway.session SET role = $2 WHERE id = $1
