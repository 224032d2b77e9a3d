import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { Refusal } from '../../../lib/refusal.ts'
import { collect } from '../../../collector/receive/body.ts'

describe('the body of a request', () => {
  it('is refused as broken off where its client left before it was read', async () => {
    const request = new PassThrough()
    request.write('begun')
    request.destroy()
    await once(request, 'close')
    const outcome = await collect(request, 100).catch((error: unknown) => error)
    if (!(outcome instanceof Refusal)) throw new Error('expected a refusal', { cause: outcome })
    expect(outcome.code).to.equal('body_malformed')
  })
})
