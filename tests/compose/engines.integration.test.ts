import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import winston from 'winston'
import { engineComponents } from '../../compose/local/components/engines.ts'
import { rulesComponent } from '../../compose/local/components/rules.ts'
import { targetFiles } from '../../compose/local/components/targets.ts'
import { createHome, homeAt, type Home } from '../../compose/local/home.ts'
import { openPackageStore } from '../../compose/local/packages/debian.ts'
import { tools } from '../../compose/local/packages/tool.ts'
import { findSetpriv } from '../../compose/local/process/confine.ts'
import { readSettings, type Settings } from '../../compose/local/settings.ts'
import { Supervisor } from '../../compose/local/supervise/supervisor.ts'
import { alerts } from '../../contracts/alerts.ts'
import { portVariable } from '../../contracts/ports.ts'
import { eventually } from '../support/poll.ts'
import { freePort } from '../support/free-port.ts'

const run = promisify(execFile)
const log = winston.createLogger({ silent: true })

const exposition = [
  '# TYPE gateway_requests counter',
  'gateway_requests_total{route="/"} 7 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 1',
  '# EOF\n',
].join('\n')

/** A process that answers OpenMetrics when asked for it. */
async function openTarget(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const offers = request.headers.accept?.includes('application/openmetrics-text') === true
    response.statusCode = offers ? 200 : 406
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
    response.end(exposition)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

async function ask(settings: Settings, path: string): Promise<{ readonly data: never }> {
  const response = await fetch(`http://127.0.0.1:${settings.ports.prometheus}/api/v1/${path}`)
  return (await response.json()) as { readonly data: never }
}

interface RuleState {
  readonly name: string
  readonly type: string
  readonly health: string
}

interface Target {
  readonly labels: { readonly job: string }
  readonly health: string
  readonly lastError: string
}

async function healthOf(settings: Settings): Promise<ReadonlyMap<string, string>> {
  const { data } = await ask(settings, 'targets?state=active')
  const { activeTargets } = data as { readonly activeTargets: readonly Target[] }
  return new Map(activeTargets.map(({ labels, health }) => [labels.job, health]))
}

describe('Prometheus, Alertmanager and node-exporter', function () {
  this.timeout(240_000)
  let home: Home
  let settings: Settings
  let supervisor: Supervisor
  let target: Server

  before(async () => {
    home = homeAt(mkdtempSync(join(tmpdir(), 'campanile-engines-')))
    await createHome(home)
    const variables = { ...process.env, CAMPANILE_HOME: home.root }
    for (const name of ['gateway', 'prometheus', 'alertmanager', 'nodeExporter'] as const) {
      Object.assign(variables, { [portVariable(name)]: String(await freePort()) })
    }
    settings = readSettings(variables)
    target = await openTarget(settings.ports.gateway)
    const context = { settings, home, demo: true }
    const components = [rulesComponent(context), ...engineComponents(context)]
    const setpriv = findSetpriv(settings.path)
    supervisor = new Supervisor({ components, home, setpriv, log, onReady: () => undefined })
    await supervisor.start()
  })

  after(async () => {
    await supervisor.stop()
    target.close()
    rmSync(home.root, { recursive: true, force: true })
  })

  it('accepts prometheus.yml with its own checker', async () => {
    const store = openPackageStore(settings.path, settings.packagesDirectory)
    const { file } = await store.locate(tools.promtool)
    const { stdout } = await run(file, ['check', 'config', join(home.run, 'prometheus.yml')])
    expect(stdout).to.include('SUCCESS')
  })

  it('knows every process of the house as a target', async () => {
    const wanted = Object.entries(targetFiles(settings.ports, true))
      .filter(([file]) => file !== 'alertmanagers.json')
      .flatMap(([, groups]) => groups.map(({ labels }) => labels['job']))
    await eventually('all targets are known', async () => {
      const known = await healthOf(settings)
      return wanted.every((job) => known.has(job ?? ''))
    })
  })

  it('scrapes itself, its neighbours and a process of ours', async () => {
    await eventually('four targets are up', async () => {
      const health = await healthOf(settings)
      return ['prometheus', 'alertmanager', 'node-exporter', 'gateway'].every(
        (job) => health.get(job) === 'up',
      )
    })
  })

  it('shows the pages of Prometheus, whose files lie in the extracted package', async () => {
    const response = await fetch(`http://127.0.0.1:${settings.ports.prometheus}/`)
    expect(response.status).to.equal(200)
    expect(await response.text()).to.match(/<title>Prometheus/)
  })

  it('gives Alertmanager the routing of this machine', async () => {
    const response = await fetch(`http://127.0.0.1:${settings.ports.alertmanager}/api/v2/status`)
    const { config } = (await response.json()) as { readonly config: { readonly original: string } }
    expect(config.original).to.include(`http://127.0.0.1:${settings.ports.console}/v2/enqueue`)
    expect(config.original).to.include(`http://127.0.0.1:${settings.ports.heartbeat}/beat`)
  })

  it('gives Prometheus every rule that was generated', async () => {
    const { data } = await ask(settings, 'rules')
    const { groups } = data as { readonly groups: readonly { readonly rules: readonly RuleState[] }[] }
    const rules = groups.flatMap((group) => group.rules)
    const names = new Set(rules.filter(({ type }) => type === 'alerting').map(({ name }) => name))
    expect([...names]).to.have.members(Object.keys(alerts))
    expect(rules.filter(({ health }) => health === 'err')).to.deep.equal([])
  })

  it('keeps exemplars', async () => {
    const found = await eventually('the exemplar is stored', async () => {
      const seconds = Math.floor(Date.now() / 1_000)
      const query = `query_exemplars?query=gateway_requests_total&start=${seconds - 600}&end=${seconds + 600}`
      const { data } = await ask(settings, query)
      return JSON.stringify(data).includes('4bf92f3577b34da6a3ce929d0e0e4736')
    })
    expect(found).to.equal(true)
  })

  it('hands alerts to Alertmanager', async () => {
    await eventually('one Alertmanager is known', async () => {
      const { data } = await ask(settings, 'alertmanagers')
      const { activeAlertmanagers } = data as { readonly activeAlertmanagers: readonly unknown[] }
      return activeAlertmanagers.length === 1
    })
  })
})
