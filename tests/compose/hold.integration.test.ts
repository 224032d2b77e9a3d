import { expect } from 'chai'
import { faultToken, postFault } from '../support/fault-token.ts'
import { eventually } from '../support/poll.ts'
import { fakeHouse, untilReady, type FakeAppliance, type FakeHouse } from './fake-appliance.ts'

const parts = [
  { name: 'alertmanager', needs: [] },
  { name: 'prometheus', needs: [] },
] as const

describe('the fault stop-alertmanager', () => {
  let house: FakeHouse
  let appliance: FakeAppliance

  beforeEach(async () => {
    house = fakeHouse()
    appliance = await house.start(parts)
    await untilReady(appliance)
  })
  afterEach(() => house.clean())

  const url = () => `http://127.0.0.1:${appliance.doorPort}`
  const hold = (active: boolean, seconds = 60) =>
    postFault(url(), { fault: 'stop-alertmanager', active, ...(active ? { seconds } : {}) })
  const stateOf = async (name: string) => (await appliance.component(name)).state
  const isDown = async () => (await stateOf('alertmanager')) === 'stopped'
  const isUp = async () => (await stateOf('alertmanager')) === 'ready'

  it('keeps Alertmanager and nothing else down until it is told to end, which counts as no restart', async () => {
    await hold(true)
    await eventually('it is down', isDown)
    await eventually('the other one is up', async () => (await stateOf('prometheus')) === 'ready')
    expect((await appliance.status()).state).to.equal('degraded')
    expect(await (await fetch(`${url()}/metrics`)).text()).to.include(
      'fault_active{service="supervisor",fault="stop-alertmanager"} 1',
    )
    await fetch(`${url()}/faults`, { method: 'DELETE', headers: { authorization: `Bearer ${faultToken}` } })
    await eventually('it is up', isUp)
    expect((await appliance.component('alertmanager')).restarts).to.equal(0)
  })

  it('ends by itself', async () => {
    const before = await appliance.component('alertmanager')
    await hold(true, 1)
    // It may be up again before anybody has seen it down: then it is another process.
    await eventually('it was down and is up', async () => {
      const now = await appliance.component('alertmanager')
      return now.state === 'ready' && now.pid !== undefined && now.pid !== before.pid
    })
    expect(await (await fetch(`${url()}/metrics`)).text()).to.include(
      'fault_active{service="supervisor",fault="stop-alertmanager"} 0',
    )
  })

  it('counts as no restart where it ends before Alertmanager has stopped', async () => {
    const own = fakeHouse()
    const slow = await own.start([{ name: 'alertmanager', needs: [], habit: 'slow' }])
    await untilReady(slow)
    const before = await slow.component('alertmanager')
    const fault = { fault: 'stop-alertmanager', active: true, seconds: 1 }
    await postFault(`http://127.0.0.1:${slow.doorPort}`, fault)
    const after = await eventually('another one is up', async () => {
      const now = await slow.component('alertmanager')
      return now.state === 'ready' && now.pid !== undefined && now.pid !== before.pid && now
    })
    await own.clean()
    expect(after.restarts).to.equal(0)
  })

  it('does not keep the house from stopping', async () => {
    await hold(true)
    await eventually('it is down', isDown)
    appliance.process.kill('SIGTERM')
    expect(await appliance.exitCode()).to.equal(0)
  })
})
