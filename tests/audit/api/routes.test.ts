import { expect } from 'chai'
import type { Express } from 'express'
import { openDoor, type DoorParts } from '../../../audit/api/door.ts'
import { doorOperations } from '../../../audit/api/operations/all-operations.ts'
import { frameOperations } from '../../../audit/api/operations/token-operations.ts'
import { witnessOperations } from '../../../audit/api/operations/proof-operations.ts'

/** A door whose parts do nothing: routes are mounted, never called. */
function aDoor(): Express {
  const nothing: unknown = new Proxy(() => undefined, { get: () => nothing, apply: () => undefined })
  // No handler runs, so no part is ever used for what it is.
  const { sdk, record, witness, signedTokens, appender } = nothing as DoorParts
  const parts = { sdk, record, witness, signedTokens, appender, accepted: { tokens: [] } }
  return openDoor(parts as unknown as DoorParts)
}

/** Lists what a router answers, `get /path`. */
function routesOf(app: Express): string[] {
  return app.router.stack.flatMap(({ route }) =>
    route === undefined ? [] : [...new Set(route.stack.map(({ method }) => `${method} ${route.path}`))],
  )
}

const described = Object.values({ ...doorOperations, ...witnessOperations, ...frameOperations }).map(
  ({ method, path }) => `${method} ${path}`,
)

describe('the routes of the ledger’s door', () => {
  it('are those that are described, each once', () => {
    expect(routesOf(aDoor()).toSorted()).to.deep.equal(described.toSorted())
  })

  it('ask for a token before anything else, but for the witness’s and the two of every door', () => {
    const open = aDoor().router.stack.flatMap(({ route }) =>
      route === undefined || route.stack.length > 1 ? [] : [route.path],
    )
    expect(open.toSorted()).to.deep.equal([
      '/health',
      '/metrics',
      '/witness/:originHash/checkpoint',
      '/witness/add-checkpoint',
      '/witness/key',
    ])
  })
})
