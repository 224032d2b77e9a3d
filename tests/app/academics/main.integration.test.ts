import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect } from 'chai'

describe('process of a campus service', () => {
  for (const name of ['academics', 'booking']) {
    it(`${name} lists every fault of its configuration and exits 2`, async () => {
      const { code, stderr } = await run(name, { [`CAMPANILE_PORT_${name.toUpperCase()}`]: 'eighty' })
      expect(code).to.equal(2)
      for (const key of [
        'CAMPANILE_DATABASE_URL',
        'CAMPANILE_TOKEN_FILE',
        `CAMPANILE_PORT_${name.toUpperCase()}`,
      ]) {
        expect(stderr).to.include(key)
      }
    })
  }
})

function run(name: string, variables: Readonly<Record<string, string>>) {
  const main = resolve(import.meta.dirname, `../../../app/${name}/main.ts`)
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], ...variables },
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise<{ readonly code: number | null; readonly stderr: string }>((done, fail) => {
    child.once('close', (code) => done({ code, stderr }))
    child.once('error', fail)
  })
}
