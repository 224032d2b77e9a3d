import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'chai'
import { joinControls, readChecklist } from '../../compliance/checklist.ts'
import { controls } from '../../compliance/controls/all.ts'
import { gather } from '../../compliance/gather/gather.ts'
import { gatherTerraform } from '../../compliance/gather/terraform.ts'
import { assess } from '../../compliance/score/assess.ts'
import { fileSources } from '../../compliance/evidence.ts'
import { scan } from '../../compliance/scan.ts'
import type { Posture } from '../../contracts/posture.ts'
import { Posture as PostureSchema } from '../../contracts/posture.ts'
import { validator } from '../../lib/validate.ts'
import { readWaivers, waiversPath } from '../../compliance/waivers.ts'

const root = join(import.meta.dirname, '../..')
const fixtures = join(import.meta.dirname, 'fixtures')
const measured = joinControls(readChecklist(), controls)
const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))

const waivers = readWaivers(waiversPath, { severities, nowMillis: Date.now() })
const lastGranted = Math.max(...waivers.map(({ granted }) => Date.parse(granted)))

function scanFolder(path: string, { nowMillis = Date.now, times = 1 } = {}): Promise<Posture> {
  return scan({
    gather: () => gather(Array.from({ length: times }, () => path)),
    scope: new Set(fileSources),
    measured,
    waivers,
    nowMillis,
  })
}

interface Planted {
  readonly control: string
  readonly file: string
  readonly line: number
}

const key = ({ control, file, line }: Planted) => `${control} ${file}:${line}`

/** Places that fail, each once: a control may have several things to say of one. */
function failuresOf({ items }: Posture, folder: string): string[] {
  const all = items
    .flatMap(({ findings }) => findings)
    .filter(({ status }) => status === 'fail')
    .map(({ control, location }) =>
      key({ control, file: relative(folder, location?.file ?? ''), line: location?.startLine ?? 0 }),
    )
  return [...new Set(all)].sort()
}

describe('a scan of the planted sample', () => {
  it('fails in exactly the places that were planted for these controls, and nothing is unknown', async () => {
    const folder = join(fixtures, 'bad')
    const planted = JSON.parse(readFileSync(join(folder, 'planted.json'), 'utf8')) as readonly Planted[]
    const ids = new Set(controls.map(({ id }) => id))
    const expected = planted.filter(({ control }) => ids.has(control)).map(key)
    expect(expected.length).to.be.greaterThan(70)
    const posture = await scanFolder(folder)
    expect(failuresOf(posture, folder)).to.deep.equal(expected.sort())
    expect(posture.items.filter(({ state }) => state === 'unknown')).to.deep.equal([])
    expect(posture.score.grade).to.equal('F')
    expect(posture.score.caps.map(({ code }) => code)).to.deep.equal(['CRITICAL_OPEN'])
  })

  it('finds nothing in its twin without faults', async () => {
    const posture = await scanFolder(join(fixtures, 'good'))
    expect(failuresOf(posture, fixtures)).to.deep.equal([])
    expect(posture.items.filter(({ state }) => state === 'unknown')).to.deep.equal([])
    expect(posture.score).to.include({ low: 100, high: 100, grade: 'A' })
  })

  it('finds the same twice', async () => {
    const [first, second] = [await scanFolder(join(fixtures, 'bad')), await scanFolder(join(fixtures, 'bad'))]
    expect(second.items).to.deep.equal(first.items)
    expect(second.score).to.deep.equal(first.score)
  })

  it('counts a path given twice once', async () => {
    const folder = join(fixtures, 'bad')
    const [once, twice] = [await scanFolder(folder), await scanFolder(folder, { times: 2 })]
    expect(twice.score).to.deep.equal(once.score)
  })

  it('gives what the contract says', async () => {
    const check = validator(PostureSchema)
    for (const folder of ['bad', 'good']) {
      const outcome = check(JSON.parse(JSON.stringify(await scanFolder(join(fixtures, folder)))))
      expect(outcome).to.have.property('valid', true)
    }
  })
})

describe('a scan of our own compose folder', () => {
  it('has no critical failure that is not waived, and reads every file', async () => {
    // What is waived is looked at on the day it was: later the scan itself says that it is over.
    const posture = await scanFolder(join(root, 'compose'), { nowMillis: () => lastGranted })
    const critical = posture.items.filter(
      ({ severity, state }) => severity === 'critical' && (state === 'fail' || state === 'unknown'),
    )
    expect(critical.map(({ id }) => id)).to.deep.equal([])
    expect(posture.faults).to.deep.equal([])
  })
})

describe('a scan of next to nothing', () => {
  const scored = (text: string) => {
    const bytes = new TextEncoder().encode(text)
    const { resources } = gatherTerraform([{ file: 'main.tf', bytes }])
    const evidence = { resources, faults: [], sources: ['main.tf'] }
    const scope = new Set(fileSources)
    return assess({ evidence, measured, waivers: [], scope, startedMillis: 0, endedMillis: 0 }).score
  }
  const key = 'resource "google_kms_crypto_key" "x" {\n rotation_period = "7776000s"\n}\n'

  it('gives no letter for one resource in order', () => {
    expect(scored(key).grade).to.equal('unverified')
  })

  it('counts resources of a type no control reads as judged by nobody', () => {
    const { coverageRatio } = scored(
      `${key}resource "aws_gamelift_fleet" "x" {}\nresource "aws_vpc" "x" {}\n`,
    )
    expect(coverageRatio).to.be.below(1)
  })
})

describe('a scan of nothing', () => {
  it('scores zero and is unverified', async () => {
    for (const path of [join(root, 'contracts'), join(root, 'no-such-folder')]) {
      const { score } = await scanFolder(path)
      expect(score).to.include({ low: 0, raw: 0, grade: 'unverified', coverageRatio: 0 })
    }
  })

  it('does not take a folder it cannot read for one without faults', async () => {
    const { items, faults } = await scanFolder(join(root, 'no-such-folder'))
    expect(faults).to.have.lengthOf(1)
    expect(new Set(items.map(({ state }) => state))).to.deep.equal(new Set(['unknown']))
  })
})
