import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { compare } from '../../dashboards/write/disk.ts'
import { renderFiles } from '../../dashboards/write/files.ts'
import { containerUrls } from '../../dashboards/write/provisioning.ts'

const root = join(import.meta.dirname, '../..')

function run(...words: readonly string[]) {
  const { status, stdout } = spawnSync(process.execPath, ['dashboards/main.ts', ...words], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, stdout }
}

describe('node dashboards/main.ts', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-dashboards-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('checks what is committed and counts what it looked at', () => {
    const { status, stdout } = run('check')
    expect(status).to.equal(0)
    expect(stdout).to.match(
      /^6 dashboards, \d+ panels, \d+ queries, \d+ rules, 0 faults\n\d+ files compared, 0 differ\n$/,
    )
  })

  it('writes every file once and nothing the second time', () => {
    expect(run('generate', '--out', folder).stdout).to.match(/(\d+) files, \1 written/)
    expect(run('generate', '--out', folder).stdout).to.match(/\d+ files, 0 written/)
  })

  it('puts other addresses into the provisioning only', () => {
    run('generate', '--out', folder, '--prometheus-url', 'http://127.0.0.1:9090')
    const sources = readFileSync(join(folder, 'provisioning/datasources/campanile.yaml'), 'utf8')
    expect(sources).to.contain('url: http://127.0.0.1:9090')
    expect(compare(folder, renderFiles(containerUrls)).map(({ path }) => path)).to.deep.equal([
      'provisioning/datasources/campanile.yaml',
    ])
  })

  it('tells what is absent, stale or unknown, and removes what is no longer made', () => {
    run('generate', '--out', folder)
    const path = (name: string) => join(folder, 'dashboards/v1', name)
    appendFileSync(path('campanile-slo.json'), ' ')
    rmSync(path('campanile-ledger.json'))
    mkdirSync(join(folder, 'dashboards/v0'))
    writeFileSync(join(folder, 'dashboards/v0/old.json'), '{}')
    expect(compare(folder, renderFiles(containerUrls)).map(({ why }) => why)).to.have.members([
      'stale',
      'absent',
      'unknown',
    ])
    run('generate', '--out', folder)
    expect(existsSync(join(folder, 'dashboards/v0/old.json'))).to.equal(false)
    expect(compare(folder, renderFiles(containerUrls))).to.deep.equal([])
  })

  it('answers a wrong word with 2', () => {
    expect(run('paint').status).to.equal(2)
  })
})
