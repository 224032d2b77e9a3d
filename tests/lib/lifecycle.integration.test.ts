import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'

const lifecycle = new URL('../../lib/lifecycle.ts', import.meta.url).href
const config = new URL('../../lib/config.ts', import.meta.url).href

/** Runs a small process whose `start` is given as source; resolves with its exit code and standard error. */
async function run(start: string, signal?: NodeJS.Signals): Promise<{ code: number | null; stderr: string }> {
  const source = `
    import { runUntilSignal } from ${JSON.stringify(lifecycle)}
    import { environment, text } from ${JSON.stringify(config)}
    void environment, text
    process.exit(await runUntilSignal({ name: 'probe', closeMillis: 200, start: async () => { ${start} } }))`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  if (signal !== undefined) child.stdout.once('data', () => child.kill(signal))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

const ready = `process.stdout.write('ready'); const hold = setInterval(() => {}, 1000);`

describe('runUntilSignal', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`closes and exits 0 on ${signal}`, async () => {
      const start = `${ready} return { close: async () => { clearInterval(hold); console.error('closed') } }`
      expect(await run(start, signal)).to.deep.equal({ code: 0, stderr: 'closed\n' })
    })
  }

  it('exits 2 with every configuration fault', async () => {
    const { code, stderr } = await run(`environment({ a: text('MISSING_A'), b: text('MISSING_B') }, {})`)
    expect(code).to.equal(2)
    expect(stderr).to.contain('2 fault(s)').and.contain('MISSING_A').and.contain('MISSING_B')
  })

  it('exits 1 when the start fails', async () => {
    const { code, stderr } = await run(`throw new Error('no room at the inn')`)
    expect(code).to.equal(1)
    expect(stderr).to.contain('could not start: no room at the inn')
  })

  it('exits 1 when closing takes too long', async () => {
    const start = `${ready} return { close: () => new Promise(() => {}) }`
    expect((await run(start, 'SIGTERM')).code).to.equal(1)
  })

  it('closes and exits 1 on an error nobody handled', async () => {
    const start = `${ready} setImmediate(() => { throw new Error('defect') }); return { close: async () => console.error('closed') }`
    const { code, stderr } = await run(start)
    expect(code).to.equal(1)
    expect(stderr).to.contain('defect').and.contain('closed')
  })
})
