import { expect } from 'chai'
import { Posture } from '../../../contracts/posture.ts'
import { validator } from '../../../lib/validate.ts'
import { postureOf } from './posture-of.ts'

describe('a posture that is described', () => {
  let posture: Posture
  before(async () => {
    posture = await postureOf('bad')
  })
  const findingOf = (id: string) => posture.items.find((item) => item.id === id)?.findings[0]

  it('has the shape that is published', () => {
    expect(validator(Posture)(posture)).to.have.property('valid', true)
  })

  it('shows the lines around every finding of a file, with its own among them', () => {
    for (const { findings } of posture.items) {
      for (const { location, excerpt } of findings) {
        const { startLine = 0, lines = [] } = excerpt ?? {}
        expect(location?.startLine).to.be.within(startLine, startLine + lines.length - 1)
        expect(lines.length).to.be.at.most(13)
      }
    }
    expect(findingOf('DBS-01')?.excerpt?.lines.join('\n')).to.include('publicly_accessible = true')
  })

  it('tells how a value came to be known', () => {
    expect(findingOf('SEC-09')?.trace?.[0]).to.match(/^var\.database_password default at .*data\.tf:10$/)
  })

  it('shows no secret in any of them', () => {
    expect(JSON.stringify(posture)).not.to.match(/wJalrXUtnFEMI|admin123(?!,)/)
  })

  it('maps each item to the frameworks and to comparable checks', () => {
    const item = posture.items.find(({ id }) => id === 'NET-01')
    expect(item?.map?.['soc2']).to.deep.equal(['CC6.6'])
    expect(item?.peers).to.include('CKV_AWS_24')
  })

  it('lists what of a framework nothing measured, and counts none of it', () => {
    for (const { mapped, controls, outside = [], freshTo } of posture.frameworks) {
      expect(controls).to.have.lengthOf(mapped)
      expect(outside.filter((id) => controls.some((control) => control.id === id))).to.deep.equal([])
      expect(freshTo).to.equal(posture.scannedAt)
    }
    const soc2 = posture.frameworks.find(({ id }) => id === 'soc2')
    expect(soc2?.outside).to.include('CC1.1')
    expect((soc2?.outside?.length ?? 0) + (soc2?.mapped ?? 0)).to.equal(61)
  })
})
