import { askAtRandom } from './random-queries-drill.ts'

describe('two tenants that ask at random through one pool', function () {
  this.timeout(240_000)

  for (const role of ['ledger_read', 'ledger_append'] as const) {
    it(`get no row of each other in 1,000 queries as ${role}`, async () => {
      await askAtRandom(role, 1_000, 20_261_121)
    })
  }
})
