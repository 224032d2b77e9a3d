import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'

const kinds = ['unit', 'integration', 'e2e', 'soak'] as const

describe('the mocha configurations', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-mocha-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Runs mocha with a kind's configuration, but with other specs. */
  function run(kind: string, spec: readonly string[]): { code: number | null; counts: unknown[] } {
    const config = JSON.parse(readFileSync(`.mocharc.${kind}.json`, 'utf8')) as Record<string, unknown>
    const path = join(folder, 'config.json')
    const reporter = resolve('tests/support/counting-reporter.ts')
    writeFileSync(path, JSON.stringify({ ...config, require: [], ignore: [], reporter, spec }))
    const { status } = spawnSync(
      process.execPath,
      [resolve('node_modules/mocha/bin/mocha.js'), '--config', path],
      {
        env: { ...process.env, CAMPANILE_TEST_RESULTS: folder },
      },
    )
    const results = readdirSync(folder).filter((name) => /^\d+-\d+\.json$/.test(name))
    return {
      code: status,
      counts: results.map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))),
    }
  }

  for (const kind of kinds) {
    it(`fails ${kind} when no file matches`, () => {
      expect(run(kind, [join(folder, 'nothing-*.ts')]).code).not.to.equal(0)
    })

    it(`fails ${kind} when a file holds no test`, () => {
      const empty = join(folder, 'empty.test.ts')
      writeFileSync(empty, "describe('nothing', () => {})\n")
      expect(run(kind, [empty]).code).not.to.equal(0)
    })

    it(`fails ${kind} when a test is skipped`, () => {
      const pending = join(folder, 'pending.test.ts')
      writeFileSync(pending, "it('is not written')\nit('is', () => {})\n")
      expect(run(kind, [pending]).code).not.to.equal(0)
    })

    it(`passes ${kind} and counts when a test passes`, () => {
      const one = join(folder, 'one.test.ts')
      writeFileSync(one, "it('is', () => {})\n")
      expect(run(kind, [one])).to.deep.equal({ code: 0, counts: [{ passes: 1, failures: 0, pending: 0 }] })
    })
  }
})
