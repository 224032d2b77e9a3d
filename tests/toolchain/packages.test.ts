import { readFileSync } from 'node:fs'
import { expect } from 'chai'

interface LockEntry {
  readonly version?: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly license?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
  readonly optionalDependencies: Record<string, string>
  readonly allowScripts: Record<string, boolean>
}
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Record<string, LockEntry>
}
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
/** The platforms that the packages of Node are there for. */
const isInstalled = ({ os = ['linux'], cpu = ['x64'] }: LockEntry) =>
  os.includes('linux') && cpu.some((name) => name === 'x64' || name === 'arm64')
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** Licences that let anybody use, change and pass on the whole. */
const licences = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'CC0-1.0',
  'Unlicense',
  'PostgreSQL',
  'MIT OR Apache-2.0',
  '(MIT OR CC0-1.0)',
  '(BSD-3-Clause AND Apache-2.0)',
  'WTFPL',
  'Bitstream-Vera',
])
/** What the licence files say of packages whose manifest does not. */
const readByHand = new Map([
  ['dejavu-fonts-ttf', 'Bitstream-Vera'],
  ['png-js', 'MIT'],
])

describe('the packages', () => {
  it('are locked, several hundred of them', () => {
    expect(packages.length).to.be.greaterThan(300)
  })

  it('are asked for by exact version', () => {
    const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
    const loose = Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect(loose).to.deep.equal([])
  })

  it('come from no address that the lock file names', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).to.deep.equal([])
    expect(readFileSync('package-lock.json', 'utf8')).not.to.match(/https?:\/\/[^"]*\.tgz/)
  })

  it('are all there for every platform', () => {
    expect(packages.filter(([, { version }]) => version === undefined || version === '')).to.deep.equal([])
  })

  it('run an install script only where the manifest decided about it', () => {
    const withScripts = new Set(
      packages
        .filter(([, entry]) => entry.hasInstallScript === true && isInstalled(entry))
        .map(([path]) => nameOf(path)),
    )
    const undecided = [...withScripts].filter((name) => !Object.hasOwn(manifest.allowScripts, name))
    const stale = Object.keys(manifest.allowScripts).filter((name) => !withScripts.has(name))
    expect({ undecided, stale }).to.deep.equal({ undecided: [], stale: [] })
  })

  it('carry a licence that lets everybody use the whole', () => {
    const shipped = packages.filter(([, { dev }]) => dev !== true)
    const strange = shipped.filter(([path, { license }]) => {
      const read = readByHand.get(nameOf(path)) ?? license
      return read === undefined || !licences.has(read)
    })
    expect(shipped.length).to.be.greaterThan(100)
    expect(strange.map(([path, { license }]) => `${nameOf(path)}: ${String(license)}`)).to.deep.equal([])
  })
})
