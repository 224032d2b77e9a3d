import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { ConfigError } from '../../lib/config.ts'
import { checkOutputs, writeOutputs } from '../../compliance/command-output.ts'
import { postureOf } from './report/posture-of.ts'

describe('files of reports', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-out-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const outs = () => [`sarif=${join(folder, 'none/x.sarif')}`, `json=${join(folder, 'ok.json')}`]

  it('that cannot be written are refused before a scan, and nothing is made', () => {
    for (const out of [outs(), [folder]]) {
      expect(() => checkOutputs({ format: 'json', out })).to.throw(ConfigError)
    }
    expect(() => checkOutputs({ format: 'json', out: outs().slice(1) })).not.to.throw()
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('are written whatever becomes of the others', async () => {
    const posture = await postureOf('nothing')
    const outcome = await writeOutputs(posture, { format: 'json', out: outs() }, new PassThrough()).catch(
      (error: unknown) => error,
    )
    expect(outcome).to.be.instanceOf(ConfigError)
    expect(readdirSync(folder)).to.deep.equal(['ok.json'])
  })
})
