import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { LocalError } from '../../compose/local/errors.ts'
import { installAdvice, openPackageStore, type Runner } from '../../compose/local/packages/debian.ts'
import { tools } from '../../compose/local/packages/tool.ts'
import { describeCheck } from '../../compose/local/preflight/check.ts'
import { checkTools } from '../../compose/local/preflight/software.ts'
import { readSettings } from '../../compose/local/settings.ts'

interface Call {
  readonly file: string
  readonly args: readonly string[]
}

const packages = [
  'prometheus',
  'prometheus-alertmanager',
  'prometheus-node-exporter',
  'prometheus-postgres-exporter',
]

function writeProgram(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
}

/** Plays apt-get and dpkg: a download leaves one file for each package, an extraction its programs. */
function fakeDebian(calls: Call[]): Runner {
  return async (file, args, options = {}) => {
    calls.push({ file, args })
    if (file === 'apt-get' && args.includes('download')) {
      const names = args.slice(args.indexOf('download') + 1)
      for (const name of names) writeFileSync(join(options.cwd ?? '', `${name}_1.0_all.deb`), '')
    }
    if (file === 'dpkg') {
      const [, deb = '', folder = ''] = args
      const held = Object.values(tools).filter(({ debianPackage }) => deb.includes(`/${debianPackage}_`))
      for (const { packaged } of held) writeProgram(join(folder, packaged))
    }
  }
}

const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof LocalError ? error : undefined),
  )

describe('packages that are fetched without root', () => {
  let folder: string
  let path: string
  let store: string
  let calls: Call[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-packages-'))
    path = join(folder, 'bin')
    store = join(folder, 'packages')
    calls = []
    mkdirSync(path)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const debian = () => {
    for (const name of ['apt-get', 'dpkg']) writeProgram(join(path, name))
  }
  const settings = () =>
    readSettings({ PATH: path, CAMPANILE_HOME: join(folder, 'home'), CAMPANILE_PACKAGES_DIR: store })

  it('asks apt for lists and files of its own folder, and installs nothing', async () => {
    debian()
    await openPackageStore(path, store, fakeDebian(calls)).locate(tools.prometheus)
    expect(calls.map(({ file }) => file)).to.deep.equal(['apt-get', 'apt-get', ...packages.map(() => 'dpkg')])
    const [update, download, ...extractions] = calls
    expect(update?.args.at(-1)).to.equal('update')
    expect(download?.args.slice(-1 - packages.length)).to.deep.equal(['download', ...packages])
    for (const { args } of [update, download].filter((call) => call !== undefined)) {
      const own = args.filter((arg) => arg.startsWith('Dir::'))
      expect(own.map((arg) => arg.split('=')[0])).to.have.members(['Dir::State::Lists', 'Dir::Cache'])
      for (const option of own) expect(option.split('=')[1]).to.satisfy((at: string) => at.startsWith(store))
      // The archive's signatures stay checked.
      expect(args.join(' ')).not.to.match(/allow-?(unauthenticated|insecure)|trusted=/i)
    }
    for (const { args } of extractions) expect(args[0]).to.equal('-x')
  })

  it('fetches once for all, and nothing when everything is there', async () => {
    debian()
    const first = openPackageStore(path, store, fakeDebian(calls))
    const found = await Promise.all(Object.values(tools).map((tool) => first.locate(tool)))
    expect(calls).to.have.length(2 + packages.length)
    for (const { file, cwd } of found) expect(file.startsWith(cwd) && existsSync(file)).to.equal(true)
    await openPackageStore(path, store, fakeDebian(calls)).locate(tools.alertmanager)
    expect(calls).to.have.length(2 + packages.length)
    expect(readdirSync(store)).to.have.members(packages)
  })

  it('takes a program on PATH before a package', async () => {
    debian()
    for (const name of ['prometheus-alertmanager', 'amtool']) writeProgram(join(path, name))
    const opened = openPackageStore(path, store, fakeDebian(calls))
    const { file } = await opened.locate(tools.alertmanager)
    expect(file).to.equal(join(path, 'prometheus-alertmanager'))
    expect(calls).to.deep.equal([])
    await opened.locate(tools.prometheus)
    expect(calls[1]?.args).not.to.include('prometheus-alertmanager')
  })

  it('says what to install by hand when apt fails, and leaves nothing half done', async () => {
    debian()
    const broken: Runner = () => Promise.reject(new Error('no route to the archive'))
    const error = await refusal(openPackageStore(path, store, broken).locate(tools.prometheus))
    expect(error?.code).to.equal('PACKAGE_MISSING')
    expect(error?.message).to.include('no route to the archive')
    expect(error?.message).to.include(`apt-get install --no-install-recommends ${packages.join(' ')}`)
    expect(readdirSync(store)).to.deep.equal([])
  })

  it('names the programs to put on PATH where there is no apt, and tries nothing', async () => {
    const error = await refusal(openPackageStore(path, store, fakeDebian(calls)).locate(tools.prometheus))
    expect(error?.code).to.equal('PACKAGE_MISSING')
    expect(error?.message).to.include(
      'prometheus, promtool, alertmanager, amtool, node_exporter, postgres_exporter',
    )
    expect(error?.message).not.to.include('apt-get install')
    expect(calls).to.deep.equal([])
    expect(existsSync(store)).to.equal(false)
  })

  it('passes the pre-flight where packages can be fetched and fails it with the fix where they cannot', () => {
    const without = checkTools(settings())
    expect(without.verdict).to.equal('fail')
    expect(describeCheck(without)).to.include(`fix: ${installAdvice(Object.values(tools), path)}`)
    debian()
    const fetchable = checkTools(settings())
    expect(fetchable.verdict).to.equal('ok')
    expect(fetchable.found).to.include('first start').and.to.include('Prometheus, promtool, Alertmanager')
    for (const tool of Object.values(tools)) writeProgram(join(path, tool.programs[0]))
    expect(checkTools(settings()).found).to.equal('Prometheus, Alertmanager, node-exporter')
  })
})
