// An existing app that knows nothing of this house: ESM, express, pg.
import express from 'express'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2] })
const app = express()
app.get('/students/:id', async (request, response) => {
  const { rows } = await pool.query('SELECT $1::text AS id', [request.params.id])
  response.json(rows[0])
})
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
