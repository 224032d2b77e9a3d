SELECT name, method
FROM campanile.password_methods()
