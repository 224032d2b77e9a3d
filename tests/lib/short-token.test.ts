import { expect } from 'chai'
import { ExchangeError, ShortToken } from '../../lib/short-token.ts'

describe('ShortToken', () => {
  let asked: string[]
  let now: number
  let status: number
  let answer: object
  beforeEach(() => {
    asked = []
    now = 0
    status = 200
    answer = { access_token: 'short', token_type: 'Bearer', expires_in: 900, scope: 'events:write' }
  })

  const open = (ledgerUrl = 'https://ledger.house.example') =>
    new ShortToken({
      ledgerUrl,
      token: 'long-lived',
      now: () => now,
      fetch: async (url, init) => {
        asked.push(`${url.href} ${new Headers(init.headers).get('authorization') ?? ''}`)
        return new Response(JSON.stringify(answer), { status })
      },
    })

  it('is the long-lived one on loopback, and nobody is asked', async () => {
    expect(await open('http://127.0.0.1:8005').get()).to.equal('long-lived')
    expect(asked).to.deep.equal([])
  })

  it('is exchanged once for all who wait and kept for three quarters of its life', async () => {
    const token = open()
    expect(await Promise.all([token.get(), token.get(), token.get()])).to.deep.equal([
      'short',
      'short',
      'short',
    ])
    now = 674_999
    await token.get()
    expect(asked).to.deep.equal(['https://ledger.house.example/v1/tokens Bearer long-lived'])
    now = 675_000
    await token.get()
    expect(asked.length).to.equal(2)
  })

  it('is exchanged again once it was refused', async () => {
    const token = open()
    await token.get()
    token.forget()
    await token.get()
    expect(asked.length).to.equal(2)
  })

  it('is not taken from an answer that refuses or is none, and is asked for again', async () => {
    const token = open()
    status = 401
    const refused = await token.get().catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(ExchangeError)
    expect((refused as ExchangeError).status).to.equal(401)
    status = 200
    answer = { access_token: 'short' }
    expect(await token.get().catch((error: unknown) => error)).to.be.instanceOf(ExchangeError)
    answer = { access_token: 'short', token_type: 'Bearer', expires_in: 900, scope: 'events:write' }
    expect(await token.get()).to.equal('short')
  })
})
