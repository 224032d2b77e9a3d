import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { drills } from '../../drills/catalogue.ts'

const main = new URL('../../drills/main.ts', import.meta.url).pathname

interface Ran {
  readonly code: number
  readonly output: string
}

describe('the drill command', () => {
  let home: string

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'campanile-drill-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const drill = (...args: readonly string[]) =>
    new Promise<Ran>((resolve) => {
      const env = { PATH: process.env['PATH'], CAMPANILE_HOME: home }
      execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr })
      })
    })

  it('lists every drill with what must ring', async () => {
    const { code, output } = await drill('list')
    expect(code).to.equal(0)
    for (const { name, expects } of drills) {
      expect(output).to.include(name)
      for (const alert of expects) expect(output).to.include(alert)
    }
  })

  it('exits 2 for a drill that nobody knows, and for a limit that is none', async () => {
    expect((await drill('run', 'rm-rf')).code).to.equal(2)
    expect((await drill('all', '--time-limit', 'soon')).code).to.equal(2)
    expect((await drill()).code).to.equal(2)
  })

  it('exits 1 where there is no demo', async () => {
    expect((await drill('run', 'gpa-500')).code).to.equal(1)
  })

  it('makes no table of files that are no evidence', async () => {
    writeFileSync(join(home, '2026-11-21T10-00-00Z-gpa-500.json'), '{}')
    expect((await drill('table', home)).code).to.equal(1)
  })
})
