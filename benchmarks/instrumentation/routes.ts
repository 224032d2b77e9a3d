/** The two routes of every candidate: JSON without I/O, and one PostgreSQL statement. */
import type { Express } from 'express'

export const statementText = 'SELECT id, name, credits FROM bench_course WHERE id = $1'

/** Mounts both routes; `find` runs the statement the candidate's way. */
export function mountRoutes(app: Express, find: (id: number) => Promise<readonly unknown[]>): void {
  app.get('/json/:id', (request, response) => {
    response.json({ id: request.params.id, title: 'Linear Algebra', credits: 4, open: true })
  })
  app.get('/db/:id', async (request, response) => {
    const [course] = await find(Number(request.params.id))
    response.json(course ?? null)
  })
}

/** Listens on a free port, tells it to the process that started this one, and its CPU time whenever it is asked. */
export function announce(app: Express): void {
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
  })
  process.on('message', () => process.send?.(process.cpuUsage()))
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
