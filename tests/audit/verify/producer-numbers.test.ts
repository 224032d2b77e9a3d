import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { describeVerdict } from '../../../audit/verify/describe-verdict.ts'
import { verifyExport } from '../../../audit/verify/verify-export.ts'
import { smallExport, smallLogKey } from './small-log.ts'

describe('the numbers of producers in an export', () => {
  const verify = (sequences: readonly number[]) =>
    verifyExport(
      smallExport(
        sequences.map(() => randomUUID()),
        sequences,
      ),
      smallLogKey,
    )

  it('are told where some are missing: their events were recorded and never arrived', async () => {
    const verdict = await verify([0, 1, 4, 6])
    expect(verdict.valid && verdict.sequenceGaps).to.have.length(1)
    expect(verdict.valid && verdict.sequenceGaps[0]).to.deep.include({
      producer: 'academics',
      missing: 3,
      gaps: [
        { from: 2, to: 4 },
        { from: 5, to: 6 },
      ],
    })
    expect(describeVerdict(verdict, true)).to.include('missing events of academics: 3, numbers 2–3, 5')
  })

  it('are told where one comes twice', async () => {
    const verdict = await verify([0, 1, 1, 2])
    expect(verdict.valid && verdict.sequenceGaps[0]).to.deep.include({ missing: 0, repeated: 1 })
  })

  it('are not mentioned when all came', async () => {
    const verdict = await verify([7, 8, 10, 9])
    expect(verdict.valid && verdict.sequenceGaps).to.deep.equal([])
    expect(verdict.valid && verdict.silent).to.deep.equal([])
  })
})
