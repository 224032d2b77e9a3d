import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FixStop } from '../../../compliance/fix/edit.ts'
import { replaceFile } from '../../../compliance/fix/replace-file.ts'

describe('replacing a file that was mended', () => {
  let folder: string
  const inside = () => join(folder, 'scanned')
  const replace = (file: string, before = 'before', startedMillis = Date.now() + 1_000) =>
    replaceFile({ file, before, after: 'after' }, { paths: [inside()], startedMillis }).then(
      () => 'replaced',
      (error: unknown) => (error instanceof FixStop ? 'refused' : String(error)),
    )

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-fix-'))
    await mkdir(inside())
    await writeFile(join(inside(), 'a.tf'), 'before')
    await writeFile(join(folder, 'outside.tf'), 'before')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('writes it whole, with the rights it had, and leaves no draft', async () => {
    await chmod(join(inside(), 'a.tf'), 0o640)
    expect(await replace(join(inside(), 'a.tf'))).to.equal('replaced')
    expect(await readFile(join(inside(), 'a.tf'), 'utf8')).to.equal('after')
    expect((await stat(join(inside(), 'a.tf'))).mode & 0o777).to.equal(0o640)
    expect(await readdir(inside())).to.deep.equal(['a.tf'])
  })

  it('refuses links, on the way and at the end, and what is outside', async () => {
    await symlink(join(folder, 'outside.tf'), join(inside(), 'link.tf'))
    await symlink(folder, join(inside(), 'up'))
    for (const file of [
      join(inside(), 'link.tf'),
      join(inside(), 'up', 'outside.tf'),
      join(folder, 'outside.tf'),
    ]) {
      expect(await replace(file), file).to.equal('refused')
    }
    expect(await readFile(join(folder, 'outside.tf'), 'utf8')).to.equal('before')
  })

  it('refuses what changed since it was read', async () => {
    expect(await replace(join(inside(), 'a.tf'), 'other')).to.equal('refused')
    expect(await replace(join(inside(), 'a.tf'), 'before', 1_000)).to.equal('refused')
    expect(await readdir(inside())).to.deep.equal(['a.tf'])
  })
})
