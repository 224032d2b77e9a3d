import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { generatedFiles } from '../../../compliance/command-pages.ts'
import { readChecklist } from '../../../compliance/checklist.ts'
import { renderControlPage } from '../../../compliance/report/control-page.ts'

const root = join(import.meta.dirname, '../../..')

describe('the generated pages of the controls', () => {
  it('are those of the checklist as it is: run npm run generate', () => {
    const stale = [...generatedFiles()].filter(
      ([path, text]) => readFileSync(join(root, path), 'utf8') !== text,
    )
    expect(stale.map(([path]) => path)).to.deep.equal([])
  })

  it('are one for each item and nothing else', () => {
    const expected = ['README.md', ...readChecklist().items.map(({ id }) => `${id}.md`)]
    expect(readdirSync(join(root, 'docs/controls')).sort()).to.deep.equal(expected.sort())
  })

  it('are told to the generator as JSON', () => {
    const told = execFileSync(process.execPath, ['compliance/main.ts', 'pages'], {
      cwd: root,
      maxBuffer: 2 ** 26,
    })
    expect(JSON.parse(told.toString())).to.deep.equal(Object.fromEntries(generatedFiles()))
  })

  it('say why, what passes, what fails and how to mend it, where the control has a page', () => {
    const item = readChecklist().items.find(({ id }) => id === 'NET-01')
    if (item === undefined) return expect.fail('no NET-01')
    const control = {
      id: 'NET-01',
      sources: ['terraform' as const],
      applies: () => true,
      check: () => [],
      page: {
        why: 'Anybody may try passwords.',
        good: [{ file: 'main.tf', text: 'a = "```"\n' }],
        bad: [{ kind: 'http' as const, type: 'door', attributes: { status: 200 } }],
      },
    }
    const failure = { status: 'fail' as const, expected: 'no rule', fix: 'remove the rule' }
    const page = renderControlPage({ item, group: 'Network', control }, failure)
    expect(page).to.include('Anybody may try passwords.')
    expect(page).to.include('````hcl\na = "```"\n````')
    expect(page).to.include('"status": 200')
    expect(page).to.include('To mend: remove the rule.')
    expect(page).to.match(/\| 34 CFR part 99 \| supports \| 99\.31/)
  })
})
