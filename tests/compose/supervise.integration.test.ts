import { expect } from 'chai'
import { startTimeOf } from '../../compose/local/process/proc.ts'
import { eventually } from '../support/poll.ts'
import { fakeHouse, untilReady, type FakeAppliance, type FakeHouse } from './fake-appliance.ts'

const chain = [
  { name: 'roof', needs: ['walls'] },
  { name: 'walls', needs: ['ground'] },
  { name: 'ground', needs: [] },
] as const

const namesOf = (appliance: FakeAppliance, what: string) =>
  appliance
    .events()
    .filter(([, happened]) => happened === what)
    .map(([name]) => name)

describe('the supervisor', function () {
  let house: FakeHouse
  beforeEach(() => {
    house = fakeHouse()
  })
  afterEach(() => house.clean())

  it('starts what is needed first and stops it last', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    expect(namesOf(appliance, 'start')).to.deep.equal(['ground', 'walls', 'roof'])
    appliance.process.kill('SIGTERM')
    expect(await appliance.exitCode()).to.equal(0)
    expect(namesOf(appliance, 'term')).to.deep.equal(['roof', 'walls', 'ground'])
    expect(appliance.output()).not.to.include('component killed')
  })

  it('starts a component again after it was killed, and says so', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    const before = await appliance.component('walls')
    process.kill(before.pid ?? 0, 'SIGKILL')
    const after = await eventually('it is ready again', async () => {
      const now = await appliance.component('walls')
      // Between its end and the note of it a component is ready without a process.
      return now.state === 'ready' && now.pid !== undefined && now.pid !== before.pid && now
    })
    expect(after.restarts).to.equal(1)
    expect(after.lastExit).to.include('SIGKILL')
    expect((await appliance.component('ground')).restarts).to.equal(0)
  })

  it('kills a component that ignores SIGTERM, and only that one', async () => {
    const mule = { name: 'mule', needs: ['ground'], habit: 'stubborn' } as const
    // Long enough for the others on a machine that is busy.
    const appliance = await house.start([...chain, mule], { stopMillis: 15_000 })
    await untilReady(appliance)
    const { pid = 0 } = await appliance.component('mule')
    appliance.process.kill('SIGTERM')
    expect(await appliance.exitCode()).to.equal(0)
    expect(startTimeOf(pid)).to.equal(undefined)
    expect(namesOf(appliance, 'term').at(-1)).to.equal('ground')
    const killed = appliance.output().match(/^.*"component killed".*$/gm) ?? []
    expect(killed.map((line) => (JSON.parse(line) as { component: string }).component)).to.deep.equal([
      'mule',
    ])
  })

  it('fails at once with the end of the log when a component dies at its first start', async () => {
    const appliance = await house.start([...chain, { name: 'crack', needs: ['ground'], habit: 'broken' }])
    expect(await appliance.exitCode()).to.equal(1)
    expect(appliance.output()).to.include('exited with code 3').and.to.include('this component cannot work')
    for (const [, , pid] of appliance.events()) expect(startTimeOf(pid)).to.equal(undefined)
  })

  it('refuses to run twice in one home', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    const second = appliance.again()
    expect(await second.exitCode()).to.equal(1)
    expect(second.output()).to.include(`pid ${appliance.process.pid}`)
    await untilReady(appliance)
  })

  it('leaves no child when it is killed itself', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    const pids = (await appliance.status()).components.map(({ pid = 0 }) => pid)
    appliance.process.kill('SIGKILL')
    await eventually('all children are gone', async () => pids.every((pid) => startTimeOf(pid) === undefined))
  })

  it('stops what a killed supervisor left, then starts anew', async () => {
    const killed = await house.start(chain, { withoutSetpriv: true })
    await untilReady(killed)
    const pids = (await killed.status()).components.map(({ pid = 0 }) => pid)
    killed.process.kill('SIGKILL')
    await killed.exitCode()
    expect(pids.filter((pid) => startTimeOf(pid) !== undefined)).to.have.length(3)
    const next = killed.again()
    await untilReady(next)
    expect(pids.filter((pid) => startTimeOf(pid) !== undefined)).to.deep.equal([])
    await eventually('it says so', () => next.output().includes('leftovers'))
  })

  it('measures every component and the whole', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    const { components, pssBytes, rssBytes, readyMillis } = await appliance.status()
    expect(components.every((component) => component.pssBytes > 0)).to.equal(true)
    expect(rssBytes).to.be.greaterThan(pssBytes)
    expect(readyMillis).to.be.greaterThan(0)
  })

  it('serves OpenMetrics with one series per component', async () => {
    const appliance = await house.start(chain)
    await untilReady(appliance)
    const response = await fetch(`http://127.0.0.1:${appliance.doorPort}/metrics`)
    expect(response.headers.get('content-type')).to.include('application/openmetrics-text')
    await response.body?.cancel()
    const body = await eventually('all components are up', async () => {
      // One whose look took too long is not up until the next look.
      const page = await (await fetch(`http://127.0.0.1:${appliance.doorPort}/metrics`)).text()
      return chain.every(({ name }) => page.includes(`component_up{component="${name}"} 1`)) && page
    })
    for (const { name } of chain) {
      expect(body).to.include(`component_restarts_total{component="${name}"} 0`)
    }
    expect(body).to.match(/component_resident_bytes\{component="supervisor"\} [1-9]/)
  })
})
