import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect } from 'chai'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import { fileSources } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { groundOf } from '../../../compliance/gather/ground.ts'
import { placeName } from '../../../compliance/score/place-name.ts'
import { scan } from '../../../compliance/scan.ts'

const measured = joinControls(readChecklist(), controls)
const bad = join(import.meta.dirname, '../fixtures/bad')

async function idsIn(...paths: string[]): Promise<string[]> {
  const gathered = () => gather(paths)
  const { items } = await scan({
    gather: gathered,
    scope: new Set(fileSources),
    measured,
    waivers: [],
    findingLimit: 10_000,
    nowMillis: () => 0,
  })
  return items.flatMap(({ findings }) => findings.map(({ id }) => id)).sort()
}

describe('the names of files in findings', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-ground-'))
    await mkdir(join(folder, 'git/.git'), { recursive: true })
    for (const file of ['git/a/main.tf', 'git/b/main.tf', 'plain/a/main.tf', 'plain/b/main.tf']) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(
        join(folder, file),
        'resource "aws_db_instance" "x" {\n publicly_accessible = true\n}\n',
      )
    }
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const named = async (file: string, paths: readonly string[], cwd: string) =>
    placeName(file, await groundOf(paths, join(folder, cwd)))

  it('give a finding one id however its path is spelled', async () => {
    const absolute = await idsIn(bad)
    expect(absolute).not.to.have.lengthOf(0)
    expect(await idsIn(relative('', bad))).to.deep.equal(absolute)
    expect(await idsIn(`./${relative('', bad)}/`)).to.deep.equal(absolute)
    expect(await idsIn(join(folder, 'plain/a'))).to.deep.equal(
      await idsIn(relative('', join(folder, 'plain/a'))),
    )
  })

  it('keep folders apart that are scanned together', async () => {
    const ids = await idsIn(join(folder, 'plain/a'), join(folder, 'plain/b'))
    expect(new Set(ids).size).to.equal(ids.length)
  })

  it('begin at the repository, from wherever it is scanned', async () => {
    expect(await named('a/main.tf', ['a'], 'git')).to.equal('a/main.tf')
    expect(await named('main.tf', ['.'], 'git/a')).to.equal('a/main.tf')
    expect(await named('../git/a/main.tf', ['../git/a'], 'plain')).to.equal('a/main.tf')
    expect(await named(join(folder, 'git/a/main.tf'), [join(folder, 'git/a')], 'plain')).to.equal('a/main.tf')
  })

  it('begin at what holds all paths where there is no repository', async () => {
    expect(await named('main.tf', ['.'], 'plain/a')).to.equal('main.tf')
    expect(await named('a/main.tf', ['a'], 'plain')).to.equal('main.tf')
    expect(await named('a/main.tf', ['a', 'b'], 'plain')).to.equal('a/main.tf')
    expect(await named('a/main.tf', ['a/main.tf'], 'plain')).to.equal('main.tf')
    expect(await named('../b/main.tf', ['.'], 'plain/a')).to.equal('../b/main.tf')
  })

  it('are those of live sources as they are', async () => {
    expect(await named('postgres:campanile', ['a'], 'plain')).to.equal('postgres:campanile')
    expect(await named('https://door.example/x', ['a'], 'plain')).to.equal('https://door.example/x')
  })

  it('tell nobody where a repository stands that was spelled from inside', async () => {
    expect(await groundOf(['a'], join(folder, 'git'))).to.deep.equal({ from: '' })
  })
})
