import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { packTar } from 'modern-tar'
import { smallExport, smallLogKey } from './small-log.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname

/** Verifies in a process that cannot write files of more bytes: the system takes what fits and then no more. */
function verifyWithin(fileBytes: number, archive: string): Promise<{ code: number; output: string }> {
  const args = [`--fsize=${fileBytes}`, process.execPath, main, 'verify', archive, '--key', smallLogKey]
  return new Promise((resolve) => {
    execFile('prlimit', args, { env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
}

describe('an archive that finds no room', () => {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-unpack-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is not said to be wrong for what was not written of it', async () => {
    const body = smallExport(Array.from({ length: 40 }, (_, at) => `id-${at}`)).join('\n')
    const size = Buffer.byteLength(body)
    const archive = join(folder, 'pack.tar.gz')
    writeFileSync(archive, gzipSync(await packTar([{ header: { name: 'export.ndjson', size }, body }])))
    const whole = await verifyWithin(size, archive)
    expect(whole.code, whole.output).to.equal(0)
    const { code, output } = await verifyWithin(size - 100, archive)
    expect(code).to.equal(1)
    expect(output).to.include('EFBIG').and.to.not.include('NOT VERIFIED')
  })
})
