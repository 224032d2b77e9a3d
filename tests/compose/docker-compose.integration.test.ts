import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect } from 'chai'
import { parse } from 'yaml'
import { gather } from '../../compliance/gather/gather.ts'
import { knownValueOf } from '../../compliance/evidence.ts'
import { processes } from '../../compose/local/components/processes.ts'
import { targetFiles } from '../../compose/local/components/targets.ts'
import { serverArguments } from '../../compose/local/postgres/server.ts'
import { keyHolders } from '../../compose/local/secrets/ensure-secrets.ts'
import { ports } from '../../contracts/ports.ts'

interface Mount {
  readonly source: string
  readonly target: string
  readonly read_only?: boolean
  readonly volume?: { readonly subpath: string }
}

interface Service {
  readonly image: string
  readonly build?: { readonly target: string }
  readonly command?: readonly string[]
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly cpus?: number
  readonly pids_limit?: number
  readonly logging?: { readonly options: Readonly<Record<string, string>> }
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly restart?: string
  readonly ports?: readonly string[]
  readonly networks?: unknown
  readonly network_mode?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly Mount[]
  readonly profiles?: readonly string[]
}

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const file = parse(read('compose/docker-compose.yml'), { merge: true })
const services: Readonly<Record<string, Service>> = file.services
const schemaPath = join(root, '../shared/schemas/compose/compose-spec.json')
const schemaPresence = existsSync(schemaPath)
  ? 'fits the schema of the Compose specification'
  : 'is YAML (the schema of the Compose specification does not lie beside this checkout)'

const mountsOf = ({ volumes = [] }: Service) => volumes.map(({ target, volume }) => [target, volume?.subpath])

describe('the Compose file', () => {
  it(schemaPresence, () => {
    if (!existsSync(schemaPath)) {
      expect(file).to.have.property('services')
      return
    }
    const { $schema: _dialect, ...schema } = JSON.parse(readFileSync(schemaPath, 'utf8'))
    const check = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)
    check(file)
    expect(check.errors).to.equal(null)
  })

  it('holds every process of the house and the engines around it', () => {
    const expected = [
      ...processes.map(({ name }) => name),
      'campus',
      'prepare',
      'migrate',
      'postgres',
      'prometheus',
      'alertmanager',
      'node-exporter',
      'postgres-exporter',
      'otelcol',
      'tempo',
      'loki',
      'grafana',
    ]
    expect(Object.keys(services)).to.have.members(expected)
  })

  it('lets no container run as root, write, gain rights or take what it likes', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).to.include({ user: '10001:10001', read_only: true })
      expect(service.cap_drop, name).to.deep.equal(['ALL'])
      expect(service.security_opt, name).to.deep.equal(['no-new-privileges:true'])
      expect(service.mem_limit, name).to.match(/^\d+m$/)
      expect(service.cpus, name).to.be.within(0.1, 2)
      expect(service.pids_limit, name).to.be.within(16, 512)
      expect(service.logging?.options, name).to.have.keys('max-size', 'max-file')
      expect(service.image, name).to.match(/:v?\d+[.\d]+(-[a-z]+)?$/)
    }
  })

  it('asks every process that stays how it is, without a shell', () => {
    for (const [name, { healthcheck, restart }] of Object.entries(services)) {
      if (restart === 'no') expect(healthcheck?.disable, name).to.equal(true)
      else expect(healthcheck?.test?.slice(0, 2).join(' '), name).to.match(/^CMD (node|pg_isready|wget)$/)
    }
  })

  it('publishes through one service, on loopback only, and leaves one network with a way out', () => {
    const publishing = Object.entries(services).filter(([, service]) => service.ports !== undefined)
    expect(publishing.map(([name]) => name)).to.deep.equal(['campus'])
    for (const port of services['campus']?.ports ?? []) expect(port).to.match(/^127\.0\.0\.1:\d+:\d+$/)
    const open = Object.entries<{ internal?: boolean }>(file.networks).filter(
      ([, network]) => network.internal !== true,
    )
    expect(open.map(([name]) => name)).to.deep.equal(['edge'])
    for (const [name, { networks, network_mode: mode }] of Object.entries(services)) {
      if (name === 'campus') continue
      expect(networks ?? mode, name).to.satisfy(
        (found: unknown) =>
          found === 'none' || found === 'service:campus' || JSON.stringify(found) === '["telemetry"]',
      )
    }
  })

  it('gives PostgreSQL a socket and no network, and the settings of a server of our own', () => {
    expect(services['postgres']).to.include({ network_mode: 'none' })
    const settings = (args: readonly string[] = []) => args.filter((_, at) => args[at - 1] === '-c')
    const own = serverArguments({ dataDirectory: '/x', socketDirectory: '/run/postgresql', durable: true })
    expect(settings(services['postgres']?.command)).to.deep.equal([
      'hba_file=/etc/postgresql/pg_hba.conf',
      ...settings(own),
    ])
    expect(settings(own)).to.include('listen_addresses=')
    expect(read('compose/docker/pg_hba.conf').match(/^[a-z].*/gm)).to.deep.equal([
      'local   all       all   scram-sha-256',
    ])
  })

  it('puts no secret into the definition of a container', async () => {
    const { resources } = await gather([join(root, 'compose/docker-compose.yml')])
    for (const resource of resources) {
      for (const [path, attribute] of resource.attributes) {
        if (!/^environment\..*(PASSWORD|SECRET|TOKEN|KEY|URL)/.test(path)) continue
        if (/(_FILE|ROOT_URL|TSA_URL)$/.test(path)) continue
        expect.fail(`${resource.address} ${path} line ${attribute.startLine}`)
      }
    }
  })

  it('shows each process its own secrets, state and, where it has a role, the socket; and nothing more', () => {
    for (const own of processes) {
      const service = services[own.name]
      if (service === undefined) throw new Error(`no service ${own.name}`)
      const holdsKeys = keyHolders.some((name) => name === own.name)
      const keepsState = ['collector', 'console', 'heartbeat', 'compliance', 'ledger'].includes(own.name)
      const state = (path: string) => [`/var/lib/campanile/${path}`, path]
      expect(mountsOf(service), own.name).to.have.deep.members([
        ['/run/campanile', `given/${own.name}`],
        ...(holdsKeys ? [state(`keystore/${own.name}`)] : []),
        ...(keepsState ? [state(own.name)] : []),
        ...(own.role === undefined ? [] : [['/run/postgresql', 'run/postgres']]),
      ])
      expect(service.command?.[0], own.name).to.equal('run')
      expect(service.profiles !== undefined, own.name).to.equal(own.demoOnly === true)
    }
    for (const [name, { volumes = [] }] of Object.entries(services)) {
      const given = volumes.filter(({ volume }) => volume?.subpath.startsWith('given/'))
      expect(
        given.every(({ read_only: readOnly }) => readOnly === true),
        name,
      ).to.equal(true)
      const whole = volumes.some(({ volume }) => volume === undefined)
      expect(whole, name).to.equal(name === 'prepare' || name === 'migrate')
    }
  })

  it('builds only images the Dockerfile has, each of which ends as another account than root', async () => {
    const { resources, faults } = await gather([join(root, 'compose/Dockerfile')])
    expect(faults).to.deep.equal([])
    const stages = new Map(resources.map((resource) => [resource.name, resource]))
    for (const [name, { build }] of Object.entries(services)) {
      if (build === undefined) continue
      const stage = stages.get(build.target)
      if (stage === undefined) throw new Error(`${name} asks for a stage ${build.target}`)
      expect(knownValueOf(stage, 'user'), name).to.equal('10001:10001')
      expect(knownValueOf(stage, 'healthcheck'), name).to.be.a('string')
    }
  })

  it('copies into images only what is there and not ignored', () => {
    const ignored = read('.dockerignore').split('\n')
    const sources = [...read('compose/Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, list = '']) => list.split(' '),
    )
    expect(sources.length).to.be.above(20)
    for (const source of sources) {
      expect(existsSync(join(root, source.replace(/\/\*\.ts$/, ''))), source).to.equal(true)
      expect(ignored, source).to.include(`!${source.split('/')[0]}`)
    }
  })

  it('lets Prometheus scrape the same doors as on one machine, but the supervisor', () => {
    for (const [name, groups] of Object.entries(targetFiles(ports, false))) {
      const found = JSON.parse(read(`compose/docker/targets/${name}`))
      expect(found, name).to.deep.equal(groups.filter(({ labels }) => labels['job'] !== 'supervisor'))
    }
  })

  it('runs the collector as on one machine, with one exporter behind the fence', () => {
    const inside = parse(read('compose/docker/collector.yaml'))
    expect(inside.exporters.otlp_http).to.deep.equal({ endpoint: 'http://otelcol:4318' })
    const { otlp_http: _added, ...exporters } = inside.exporters
    const text = JSON.stringify({ ...inside, exporters: { ...exporters, nop: null } })
      .replace('["span_metrics","otlp_http"]', '["span_metrics"]')
      .replace('["otlp_http"]', '["nop"]')
    expect(JSON.parse(text)).to.deep.equal(parse(read('compose/collector.yaml')))
  })
})
