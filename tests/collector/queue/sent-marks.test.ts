import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect } from 'chai'
import { encodeMark, readMarks, sentPathOf } from '../../../collector/queue/sent-marks.ts'

/** A mark as a build before this one wrote it, with zlib's checksum. */
function earlierMark(place: number): Buffer {
  const mark = Buffer.alloc(8)
  mark.writeUInt32LE(place)
  mark.writeUInt32LE(crc32(mark.subarray(0, 4), 0x5e47), 4)
  return mark
}

describe('the marks of what was sent', () => {
  let directory: string
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'campanile-marks-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  const read = (...marks: readonly Buffer[]) => {
    const path = join(directory, 'a.wal')
    writeFileSync(sentPathOf(path), Buffer.concat(marks))
    return readMarks(path)
  }

  it('are read as they were written, from an earlier build too', async () => {
    expect(await read(encodeMark(24), encodeMark(1_000))).to.deep.equal([24, 1_000])
    expect(await read(earlierMark(24), earlierMark(1_000))).to.deep.equal([24, 1_000])
  })

  it('are none where there is no file', async () => {
    expect(await readMarks(join(directory, 'a.wal'))).to.deep.equal([])
  })

  it('are found behind a torn one, which is none itself', async () => {
    const torn = encodeMark(5).subarray(0, 3)
    expect(await read(encodeMark(24), torn, encodeMark(1_000))).to.deep.equal([24, 1_000])
    const damaged = encodeMark(7)
    damaged.writeUInt8(damaged.readUInt8(0) ^ 1)
    expect(await read(damaged, encodeMark(9))).to.deep.equal([9])
  })
})
