import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { syncFile, syncFolder } from '../../lib/sync-files.ts'

describe('syncs of files', () => {
  const path = process.env['PATH'] ?? ''
  let folder: string
  let handles: FileHandle[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-sync-'))
    handles = []
  })

  afterEach(async () => {
    process.env['PATH'] = path
    await Promise.all(handles.map((handle) => handle.close()))
    rmSync(folder, { recursive: true })
  })

  /** Puts a program in the place of `sync` that notes how it was called. */
  function standIn(exitCode: number): () => string[] {
    const calls = join(folder, 'calls')
    writeFileSync(calls, '')
    writeFileSync(join(folder, 'sync'), `#!/bin/sh\necho "$@" >> ${calls}\nexit ${exitCode}\n`, {
      mode: 0o755,
    })
    process.env['PATH'] = `${folder}:${path}`
    return () => readFileSync(calls, 'utf8').split('\n').filter(Boolean)
  }

  async function files(count: number): Promise<{ handle: FileHandle; name: string; synced: () => number }[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const name = join(folder, `file-${at}`)
        const handle = await open(name, 'w')
        handles.push(handle)
        let synced = 0
        const sync = handle.sync.bind(handle)
        handle.sync = () => {
          synced++
          return sync()
        }
        return { handle, name, synced: () => synced }
      }),
    )
  }

  it('syncs a few one by one', async () => {
    const calls = standIn(0)
    const some = await files(3)
    await Promise.all([...some.map(({ handle, name }) => syncFile(handle, name)), syncFolder(folder)])
    expect(some.map(({ synced }) => synced())).to.deep.equal([1, 1, 1])
    expect(calls()).to.deep.equal([])
  })

  it('syncs many by one sync of their file system', async () => {
    const calls = standIn(0)
    const many = await files(100)
    await Promise.all(many.map(({ handle, name }) => syncFile(handle, name)))
    expect(calls()).to.have.length(1)
    expect(calls()[0]).to.match(/^-f \S+$/)
    expect(many.map(({ synced }) => synced())).to.deep.equal(many.map(() => 0))
  })

  it('syncs each of many where that fails', async () => {
    standIn(1)
    const many = await files(100)
    await Promise.all(many.map(({ handle, name }) => syncFile(handle, name)))
    expect(many.map(({ synced }) => synced())).to.deep.equal(many.map(() => 1))
  })

  it('tells of a failed sync the one it was for', async () => {
    const [broken, whole] = await files(2)
    if (broken === undefined || whole === undefined) throw new Error('found fewer files than made')
    broken.handle.sync = () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }))
    const outcomes = await Promise.allSettled([
      syncFile(broken.handle, broken.name),
      syncFile(whole.handle, whole.name),
    ])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled'])
  })
})
