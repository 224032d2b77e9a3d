import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { files } from './generated.ts'
import { promtool, successes } from './promtool/promtool.ts'

const root = join(import.meta.dirname, '../..')

interface Ended {
  readonly code: number
  readonly stdout: string
}

function rules(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['rules/main.ts', ...words], { cwd: root }, (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout })
    })
  })
}

describe('node rules/main.ts', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-rules-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('finds the committed files as they would be written, and counts what it looked at', async () => {
    const { code, stdout } = await rules('check')
    expect(code).to.equal(0)
    expect(stdout).to.match(/^\d{3} rules, \d{3} selectors, 0 faults\n\d{3} files compared, 0 stale\n$/)
  })

  it('writes rules and routing for a machine, without the tests', async () => {
    const { code } = await rules(
      'generate',
      '--out',
      folder,
      '--console-url',
      'https://console.example/',
      '--inbox-key-file',
      join(folder, 'inbox.key'),
      '--heartbeat-url',
      'http://127.0.0.1:6003',
    )
    expect(code).to.equal(0)
    expect(readdirSync(folder).toSorted()).to.deep.equal(['alertmanager', 'rules'])
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect(read('rules/availability.yaml')).to.include('https://console.example/runbooks/ServiceDown')
    const routing = read('alertmanager/alertmanager.yml')
    expect(routing).to.include(join(folder, 'inbox.key'))
    expect(routing).to.include('https://console.example/v2/enqueue')
    expect(routing).to.include('http://127.0.0.1:6003')
  })

  it('shortens windows and waits by a scale of time, into rules that Prometheus reads', async () => {
    const { code } = await rules('generate', '--out', folder, '--time-scale', '60')
    expect(code).to.equal(0)
    const { groups } = parse(readFileSync(join(folder, 'rules/availability.yaml'), 'utf8')) as {
      groups: readonly { rules: readonly { alert: string; for?: string; expr: string }[] }[]
    }
    const errors = groups[0]?.rules.find(({ alert }) => alert === 'HighErrorRate')
    expect(errors).to.include({ for: '2s' })
    expect(errors?.expr).to.include('offset 5s').and.include('> 0.01')
    const names = readdirSync(join(folder, 'rules'))
    expect(successes(await promtool(join(folder, 'rules'), ['check', 'rules', ...names]))).to.equal(
      files.length,
    )
  })

  it('refuses what would change the committed files for the worse, with exit code 2', async () => {
    expect((await rules('generate', '--time-scale', '10')).code).to.equal(2)
    for (const scale of ['0', '0.5', '601', 'fast']) {
      expect((await rules('generate', '--out', folder, '--time-scale', scale)).code, scale).to.equal(2)
    }
    expect((await rules('generate', '--out', folder, '--console-url', 'not a url')).code).to.equal(2)
    expect((await rules('invent')).code).to.equal(2)
    expect(readdirSync(folder)).to.deep.equal([])
  })
})
