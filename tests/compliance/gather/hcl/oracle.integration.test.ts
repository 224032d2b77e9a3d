import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
/** Another Terraform than the one on the path. */
const terraform = process.env['CAMPANILE_TERRAFORM'] ?? 'terraform'
const hasTerraform = spawnSync(terraform, ['version']).status === 0

/** Asks Terraform which of several files it cannot parse; its formatter parses and needs no provider. */
function refusedByTerraform(files: readonly Buffer[]): Set<number> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-hcl-'))
  try {
    for (const [at, content] of files.entries()) writeFileSync(join(folder, `${at}.tf`), content)
    const args = ['fmt', '-no-color', '-write=false', '-list=false', folder]
    const { stderr, stdout } = spawnSync(terraform, args, { encoding: 'utf8' })
    const named = `${stderr}${stdout}`.matchAll(/on (?:\S*\/)?(\d+)\.tf line/g)
    return new Set([...named].map(([, at]) => Number(at)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.tf')).map((name) => join(folder, name))
}

const presence = hasTerraform ? '' : ' (Terraform is not on this machine: held to the lists alone)'
const labelled = existsSync(shared) ? filesBelow(shared) : []

describe(`what Terraform takes${presence}`, () => {
  it('is what the parser takes, piece by piece', function () {
    this.timeout(30_000)
    const pieces = [...taken, ...refused]
    const ours = new Set(
      pieces.flatMap((text, at) => (parseHcl(Buffer.from(text)).faults.length > 0 ? [at] : [])),
    )
    const theirs = hasTerraform
      ? refusedByTerraform(pieces.map((text) => Buffer.from(text)))
      : new Set(refused.map((_, at) => taken.length + at))
    expect([...ours]).to.deep.equal([...theirs].sort((left, right) => left - right))
  })

  it(`is what the parser takes of our own files and ${labelled.length} labelled ones`, function () {
    this.timeout(30_000)
    const paths = [...ownFolders.flatMap((folder) => filesBelow(join(root, folder))), ...labelled]
    const files = paths.map((path) => readFileSync(path))
    const ours = paths.filter((_, at) => parseHcl(files[at] ?? Buffer.of()).faults.length > 0)
    const theirs = hasTerraform ? refusedByTerraform(files) : new Set<number>()
    const expected = hasTerraform
      ? paths.filter((_, at) => theirs.has(at))
      : // The one labelled file that holds a block inside an object.
        paths.filter((path) => path.endsWith('example_AdminPolicyDocument/main.tf'))
    expect(ours).to.deep.equal(expected)
  })
})
