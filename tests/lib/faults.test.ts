import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import { createFaultBoard, mountFaults, type FaultRoutes } from '../../lib/faults.ts'
import { Refusal } from '../../lib/refusal.ts'
import { faultTokens } from '../support/fault-token.ts'

type Handler = Parameters<FaultRoutes['get']>[1]

/** The first guard of every route, as it is mounted. */
function firstGuards(): Handler[] {
  const guards: Handler[] = []
  const mount = (_path: string, first?: Handler) => {
    if (first !== undefined) guards.push(first)
  }
  const board = createFaultBoard({ service: 'booking', faults: ['slow-sql'], onChange: () => undefined })
  mountFaults({ get: mount, post: mount, delete: mount }, { board, tokens: faultTokens() })
  return guards
}

function codeFor(address: string | undefined, guard: Handler): unknown {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: address })
  const request = new IncomingMessage(socket)
  let passed: unknown = 'not called'
  guard(request, new ServerResponse(request), (error) => (passed = error))
  return passed instanceof Refusal ? passed.code : passed
}

describe('the routes of fault switches', () => {
  it('exist for callers on this machine', () => {
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1']) {
      for (const guard of firstGuards()) expect(codeFor(address, guard), address).to.equal(undefined)
    }
  })

  it('do not exist for anybody else, not even to be refused', () => {
    for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '2001:db8::1', '1270.0.0.1', undefined]) {
      for (const guard of firstGuards()) expect(codeFor(address, guard), address).to.equal('not_found')
    }
  })

  it('are three, and each has the guard', () => {
    expect(firstGuards()).to.have.length(3)
  })
})
