import { expect } from 'chai'
import { canaryMarker, canaryOf } from '../../../contracts/canary.ts'
import { countCanaries, countCanariesInText } from '../../../collector/process/canary.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

describe('the canary watch', () => {
  it('finds every canary of an encoded request, whatever key it stands under', () => {
    const batch = spansOf(16)
    const span = batch[0]?.scopes[0]?.items[0]
    expect(countCanaries(encodeTraces(new ProtobufWriter(), batch))).to.equal(0)
    span?.attributes.push({ key: 'user.email', value: canaryOf('00ff') })
    span?.attributes.push({ key: 'note', value: `write to ${canaryOf('01')}, or to ${canaryOf('02')}` })
    expect(countCanaries(encodeTraces(new ProtobufWriter(), batch))).to.equal(3)
  })

  it('looks at the given bytes only and not at the memory they are cut from', () => {
    const memory = Buffer.from(`${canaryMarker}middle${canaryMarker}`)
    expect(countCanaries(memory.subarray(1, -1))).to.equal(0)
    expect(countCanaries(new Uint8Array(memory))).to.equal(2)
  })

  it('is not taken in by what only begins like a canary', () => {
    expect(countCanaries(Buffer.from(`@canary.exampl @canary@canary${canaryMarker}@canar`))).to.equal(1)
  })

  it('finds canaries in a page of metrics', () => {
    expect(countCanariesInText(`calls_total{route="/${canaryOf('aa')}"} 1\n`)).to.equal(1)
    expect(countCanariesInText('calls_total{route="/me"} 1\n')).to.equal(0)
  })
})
