import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { joinControls, readChecklist, type MeasuredItem } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { Example } from '../../../compliance/controls/control.ts'
import { evidenceSources } from '../../../contracts/posture.ts'
import { planFixes } from '../../../compliance/fix/plan.ts'
import { collectOpen } from '../../../compliance/fix/wanted.ts'
import { gather } from '../../../compliance/gather/gather.ts'

const measured = joinControls(readChecklist(), controls)
type Written = Example & { readonly file: string; readonly text: string }
const isWritten = (example: Example): example is Written => 'file' in example

/** What a machine leaves to people, for good reason. */
const leftToPeople: ReadonlySet<string> = new Set([
  'files of JSON are written by machines',
  'nothing mends what is found by repository',
  'another mend wants another value there',
])

describe('the mends of the controls', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-fix-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** What fails of one control in these texts. */
  async function openOf(texts: ReadonlyMap<string, string>, only: readonly MeasuredItem[]) {
    for (const [file, text] of texts) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    const evidence = await gather([folder])
    expect(evidence.faults, [...texts.values()].join('\n')).to.deep.equal([])
    return collectOpen({
      evidence,
      measured: only,
      waivers: [],
      scope: new Set(evidenceSources),
      nowMillis: 0,
    })
  }

  for (const { id, page } of controls) {
    const bad = page?.bad.filter(isWritten) ?? []
    if (bad.length === 0) continue
    it(`of ${id} make its bad examples pass`, async () => {
      const only = measured.filter(({ item }) => item.id === id)
      for (const { file, text } of bad) {
        await rm(folder, { recursive: true, force: true })
        const before = new Map([[join(folder, file), text]])
        const open = await openOf(before, only)
        const { files, refused } = planFixes(open.wanted, (path) => before.get(path))
        expect(refused.map(({ why }) => why).filter((why) => !leftToPeople.has(why))).to.deep.equal([])
        const after = new Map(files.map((each) => [each.file, each.after]))
        const left = await openOf(new Map([...before, ...after]), only)
        const shown = [...after.values()].join('\n')
        expect(left.failing, shown).to.be.at.most(open.failing - open.wanted.length + refused.length)
        expect(left.wanted.length, shown).to.be.at.most(refused.length)
      }
    })
  }
})
