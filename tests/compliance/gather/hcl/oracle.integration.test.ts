import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseHcl } from '../../../../compliance/gather/hcl/parse.ts'
import { refused, taken } from './snippets.ts'

const root = join(import.meta.dirname, '../../../..')
const shared = join(root, '../shared/fixtures/labelled/terraform')
const ownFolders = [
  'compose/terraform',
  'tests/compliance/fixtures/good/terraform',
  'tests/compliance/fixtures/bad/terraform',
]

function filesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.tf')).map((name) => join(folder, name))
}

const labelled = existsSync(shared) ? filesBelow(shared) : []
const presence = labelled.length > 0 ? '' : ' (the labelled files are not on this machine)'

describe(`what Terraform takes${presence}`, () => {
  // Both lists were asked of Terraform 1.11 once; it is no Debian package.
  it('is what the parser takes, piece by piece', () => {
    const wrong = [...taken, ...refused].filter((text) => {
      const isTaken = parseHcl(Buffer.from(text)).faults.length === 0
      return isTaken !== taken.includes(text)
    })
    expect(wrong).to.deep.equal([])
    expect([taken.length, refused.length].every((count) => count > 10)).to.equal(true)
  })

  it(`is what the parser takes of our own files and ${labelled.length} labelled ones`, () => {
    const own = ownFolders.flatMap((folder) => filesBelow(join(root, folder)))
    expect(own).to.not.have.length(0)
    const ours = [...own, ...labelled].filter((path) => parseHcl(readFileSync(path)).faults.length > 0)
    // Terraform, too, refuses the one labelled file that holds a block inside an object.
    expect(ours).to.deep.equal(
      labelled.filter((path) => path.endsWith('example_AdminPolicyDocument/main.tf')),
    )
  })
})
