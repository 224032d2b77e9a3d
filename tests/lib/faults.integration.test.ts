import { expect } from 'chai'
import { FaultStatus, maxFaultSeconds } from '../../contracts/faults.ts'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { createFaultBoard, mountFaults, type FaultBoard, type FaultChange } from '../../lib/faults.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../lib/http.ts'
import { validator } from '../../lib/validate.ts'
import { faultToken, faultTokens, postFault } from '../support/fault-token.ts'
import { eventually } from '../support/poll.ts'

const checkStatus = validator(FaultStatus)

describe('the fault switches of a process', () => {
  let door: Listening
  let board: FaultBoard
  let changes: FaultChange[]
  let rejected: RejectionCode[]
  const opened: Listening[] = []

  async function open(tokens: readonly ServiceToken[]): Promise<Listening> {
    const onRejected = (code: RejectionCode) => rejected.push(code)
    const app = createDoor({ onRejected })
    mountFaults(app, { board, tokens })
    closeDoor(app)
    const listening = await listen(app, { port: 0, onRejected })
    opened.push(listening)
    return listening
  }
  const url = () => `http://127.0.0.1:${door.port}`
  const switchFault = (body: unknown, token?: string) => postFault(url(), body, token)
  const stateOf = async (response: Response) => {
    const status = checkStatus(await response.json())
    return status.valid ? status.value.faults.find(({ fault }) => fault === 'slow-sql') : undefined
  }

  beforeEach(async () => {
    changes = []
    rejected = []
    board = createFaultBoard({
      service: 'booking',
      faults: ['slow-sql', 'pool-leak'],
      onChange: (change) => changes.push(change),
    })
    door = await open(faultTokens())
  })
  afterEach(async () => {
    board.switchAllOff()
    await Promise.all(opened.splice(0).map((listening) => listening.close()))
  })

  it('switch a fault on until a time that they tell, and off again', async () => {
    const on = await stateOf(await switchFault({ fault: 'slow-sql', active: true, seconds: 60 }))
    expect(on?.active).to.equal(true)
    expect(Date.parse(on?.until ?? '')).to.be.greaterThan(Date.now())
    expect(board.isActive('slow-sql')).to.equal(true)
    expect(board.isActive('pool-leak')).to.equal(false)
    const off = await stateOf(await switchFault({ fault: 'slow-sql', active: false }))
    expect(off).to.deep.equal({ fault: 'slow-sql', active: false })
    expect(changes).to.deep.equal([
      { fault: 'slow-sql', active: true, seconds: 60 },
      { fault: 'slow-sql', active: false },
    ])
  })

  it('end a fault by themselves when its time is over', async () => {
    await switchFault({ fault: 'slow-sql', active: true, seconds: 1 })
    await eventually('it has ended', () => !board.isActive('slow-sql'))
    expect(changes.at(-1)).to.deep.equal({ fault: 'slow-sql', active: false })
  })

  it('give a fault that is on a new end and tell nobody twice', async () => {
    board.switchOn('slow-sql', 60)
    const before = board.status().faults[0]?.until ?? ''
    board.switchOn('slow-sql', 600)
    const after = board.status().faults[0]?.until ?? ''
    expect(Date.parse(after) - Date.parse(before)).to.be.at.least(540_000)
    expect(changes).to.have.length(1)
  })

  it('end everything at DELETE', async () => {
    board.switchOn('slow-sql', 60)
    board.switchOn('pool-leak', 60)
    const headers = { authorization: `Bearer ${faultToken}` }
    const response = await fetch(`${url()}/faults`, { method: 'DELETE', headers })
    expect((await stateOf(response))?.active).to.equal(false)
    expect(board.isActive('pool-leak')).to.equal(false)
  })

  for (const [what, body] of [
    ['a fault that nobody knows', { fault: 'rm-rf', active: true, seconds: 1 }],
    ['a fault of another process', { fault: 'gpa-500', active: true, seconds: 1 }],
    ['a fault without an end', { fault: 'slow-sql', active: true }],
    ['a fault that lasts too long', { fault: 'slow-sql', active: true, seconds: maxFaultSeconds + 1 }],
    [
      'another tenant than that of drills',
      { fault: 'slow-sql', active: true, seconds: 1, tenant: 'university_a' },
    ],
    ['what is no request', ['slow-sql']],
  ] as const) {
    it(`refuse ${what}`, async () => {
      const response = await switchFault(body)
      expect(response.status).to.equal(422)
      expect(rejected).to.deep.equal(['body_invalid'])
      expect(changes).to.deep.equal([])
    })
  }

  it('refuse whoever shows no token, another one, or one without the scope or the tenant', async () => {
    const body = { fault: 'slow-sql', active: true, seconds: 1 }
    expect((await fetch(`${url()}/faults`)).status).to.equal(401)
    expect((await switchFault(body, 'another-token-of-some-length')).status).to.equal(401)
    door = await open(faultTokens(['proofs:read']))
    expect((await switchFault(body)).status).to.equal(403)
    door = await open(faultTokens(['faults:write'], ['university_a']))
    expect((await switchFault(body)).status).to.equal(403)
    expect(changes).to.deep.equal([])
  })
})
