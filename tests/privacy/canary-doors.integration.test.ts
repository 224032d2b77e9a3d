import { expect } from 'chai'
import type { Canary } from '../support/canaries.ts'
import { eventually } from '../support/poll.ts'
import { openHouse, type House } from './canary-house.ts'
import { pageOf, tracesOf } from './canary-requests.ts'
import { sendBroken, senders, type Send } from './canary-senders.ts'
import { findForms, formsOf, partsOf, worldCanaries, writings, type Form } from './canary-writings.ts'

const canaries = worldCanaries()
const forms = formsOf(canaries)
const doors = Object.values(senders)
const roster = canaries.flatMap(({ kind, value }) => (kind === 'name' ? [value] : []))
const valuesOf = (canary: Canary) => [
  ...Object.values(writings).map((write) => write(canary.value)),
  ...partsOf(canary),
]
const named = (found: readonly Form[]) => found.map(({ canary, writing }) => `${canary.value} ${writing}`)

describe('fifty canaries in every writing, at every place, through every door', () => {
  it('are in no answer, file, queue, output, page or line when the fence stands', async () => {
    const answers: string[] = []
    const seen = await throughHouse('enforce', async (house) => {
      for (const [at, canary] of canaries.entries()) {
        for (const send of [...doors, sendBroken]) answers.push(await send(house, valuesOf(canary), at))
      }
    })
    for (const [where, bytes] of seen) expect(named(findForms(bytes, forms)), where).to.deep.equal([])
    expect(named(findForms(answers.join('\n'), forms)), 'answers').to.deep.equal([])
    // What is searched is really what was sent: each door took every request of whole ones.
    expect(answers.filter((answer) => answer.includes('grpc-status":"0"'))).to.have.length(canaries.length)
    expect(answers.filter((answer) => answer.startsWith('202 '))).to.have.length(canaries.length)
    expect(answers.filter((answer) => /^(?:200 [^]*?){3}$/.test(answer)).length).to.be.at.least(
      3 * canaries.length,
    )
  })

  it('are all found in files, queues and outputs when it is off', async () => {
    const seen = await throughHouse('off', async (house) => {
      // The doors take turns: the bytes that are searched are the same whoever carried them.
      for (const [at, canary] of canaries.entries()) {
        const send = doors[at % doors.length] as Send
        await send(house, valuesOf(canary), at)
      }
      // What is sent last is small, and overtakes those that are sent at the same time.
      await eventually('all are sent', () => {
        expect(missingIn(house.sent())).to.deep.equal([])
        return true
      })
    })
    for (const where of ['sent', 'kept']) expect(missingIn(seen.get(where) ?? ''), where).to.deep.equal([])
  })
})

function missingIn(bytes: Uint8Array | string): readonly string[] {
  const found = new Set(findForms(bytes, forms))
  return named(forms.filter((form) => !found.has(form)))
}

/** Sends, waits until all has come to rest, and collects every byte. */
async function throughHouse(
  mode: 'enforce' | 'off',
  send: (house: House) => Promise<void>,
): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const house = await openHouse({ mode, page: pageOf(canaries.flatMap(valuesOf)), roster })
  try {
    await send(house)
    await settled(house)
    return new Map<string, Uint8Array | string>([
      ['output', house.output()],
      ['sent', house.sent()],
      ['kept', house.kept()],
      ['page', await text(`${house.url('prometheus')}/metrics`)],
      ['own metrics', await text(`${house.url('telemetry')}/metrics`)],
      ['blocked keys', await text(`${house.url('telemetry')}/privacy/blocked-keys`)],
      ['queried logs', await text(`${house.url('query')}/api/logs?limit=1000`)],
      ['queried traces', await text(`${house.url('query')}/api/search?limit=1000`)],
    ])
  } finally {
    await house.stop()
  }
}

async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

/** Waits until the last request has come to rest everywhere, and the target has been scraped. */
async function settled(house: House): Promise<void> {
  await senders.json(house, ['x'], 9_999)
  const { traceId = '' } =
    JSON.stringify(tracesOf(['x'], 9_999)).match(/"traceId":"(?<traceId>\w+)"/)?.groups ?? {}
  const last = Buffer.from(traceId, 'hex')
  await eventually(
    'the last span is stored',
    async () => (await fetch(`${house.url('query')}/api/traces/${traceId}`)).ok,
  )
  await eventually('the last span is sent', () => house.sent().includes(last))
  await eventually('the target is scraped', async () =>
    /^up\{/m.test(await text(`${house.url('prometheus')}/metrics`)),
  )
}
