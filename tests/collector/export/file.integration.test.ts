import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FileExporter } from '../../../collector/export/file.ts'
import { endOfWhole, type PayloadFormat } from '../../../collector/export/payload-format.ts'
import { RotatingFile, type RotatingFileOptions } from '../../../collector/export/rotating-file.ts'
import { Load } from '../../../collector/graph/load.ts'
import { decodeTraces } from '../../../collector/wire/traces.ts'
import { tracesFromJson } from '../../../collector/wire/json.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'

describe('the exporter into a file', () => {
  let folder: string
  let path: string
  let now: number
  let told: string[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-file-'))
    path = join(folder, 'spans.json')
    now = Date.UTC(2026, 10, 21, 20, 15)
    told = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const openFile = (format: PayloadFormat, options: Partial<RotatingFileOptions> = {}) =>
    RotatingFile.open({
      path,
      appends: false,
      endOfWhole: (handle) => endOfWhole(handle, format),
      now: () => now,
      ...options,
    })
  const exporterOf = (file: RotatingFile, format: PayloadFormat = 'json', flushMillis = 60_000) =>
    new FileExporter({
      file,
      format,
      flushMillis,
      onSent: (signal, items) => told.push(`sent ${signal} ${items}`),
      onDropped: (signal, items) => told.push(`dropped ${signal} ${items}`),
      onFault: () => told.push('fault'),
    })
  const loadOf = (count: number, seed = 1) => Load.ofBatch('traces', spansOf(count, seed))
  const lines = () => readFileSync(path, 'utf8').split('\n')

  it('writes one OTLP JSON payload a line, for its owner alone', async () => {
    const exporter = exporterOf(await openFile('json'))
    for (const count of [1, 3]) await exporter.consume(loadOf(count))
    expect(exporter.waiting()).to.equal(4)
    await exporter.close()
    const [first = '', second = '', end] = lines()
    expect(tracesFromJson(JSON.parse(first))).to.deep.equal(spansOf(1))
    expect(tracesFromJson(JSON.parse(second))).to.deep.equal(spansOf(3))
    expect(end).to.equal('')
    expect(told).to.deep.equal(['sent traces 1', 'sent traces 3'])
    expect(statSync(path).mode & 0o777).to.equal(0o600)
  })

  it('writes protobuf with its length before it', async () => {
    const exporter = exporterOf(await openFile('proto'), 'proto')
    for (const count of [1, 3]) await exporter.consume(loadOf(count))
    await exporter.close()
    const bytes = readFileSync(path)
    const length = bytes.readUInt32BE()
    expect(decodeTraces(bytes.subarray(4, 4 + length))).to.deep.equal(spansOf(1))
    expect(bytes.readUInt32BE(4 + length)).to.equal(bytes.length - 8 - length)
  })

  it('writes after the flush interval, and at once when much waits', async () => {
    const exporter = exporterOf(await openFile('json'), 'json', 20)
    await exporter.consume(loadOf(1))
    await eventually('it is in the file', () => lines().length === 2, { everyMillis: 10 })
    await exporter.close()
    const lazy = exporterOf(await openFile('json'))
    await lazy.consume(loadOf(1_000))
    await eventually('it is in the file', () => lines().length === 2, { everyMillis: 10 })
    await lazy.close()
  })

  for (const format of ['json', 'proto'] as const) {
    it(`goes on behind the last whole ${format} payload of an earlier process`, async () => {
      const first = exporterOf(await openFile(format), format)
      await first.consume(loadOf(2, 1))
      await first.consume(loadOf(2, 2))
      await first.close()
      const whole = readFileSync(path)
      const last = format === 'json' ? whole.lastIndexOf(0x0a, -2) + 1 : 4 + whole.readUInt32BE()
      for (const length of [whole.length - 1, last + 3, last]) {
        writeFileSync(path, whole.subarray(0, length))
        const again = exporterOf(await openFile(format, { appends: true }), format)
        await again.consume(loadOf(2, 2))
        await again.close()
        expect(readFileSync(path).equals(whole), `cut at ${length}`).to.equal(true)
      }
    })
  }

  for (const appends of [false, true]) {
    it(`leaves nothing of a write that failed half-way, appends ${appends}`, async () => {
      const file = await openFile('json', { appends })
      await file.append([Buffer.from('one\n')])
      const handle = await open(path, 'r')
      const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'appendFile'>
      await handle.close()
      const { appendFile } = prototype
      prototype.appendFile = async function (this: FileHandle, bytes) {
        await appendFile.call(this, (bytes as Buffer).subarray(0, 2))
        throw new Error('no space left')
      }
      try {
        expect(await file.append([Buffer.from('two\n')]).catch(String)).to.equal('Error: no space left')
      } finally {
        prototype.appendFile = appendFile
      }
      await file.append([Buffer.from('three\n')])
      await file.close()
      expect(readFileSync(path, 'utf8')).to.equal('one\nthree\n')
    })
  }

  it('sets a file aside when it has grown large, and keeps as many and as old as it is to', async () => {
    const rotation = { maxBytes: 10, maxBackups: 2, maxAgeMillis: 5_000 }
    const other = join(folder, 'spans-of-somebody.json')
    writeFileSync(other, '')
    const file = await openFile('json', { appends: true, rotation })
    for (const text of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd', 'e'])
      await file.append([Buffer.from(text)])
    const backups = () => readdirSync(folder).filter((name) => /^spans-\d/.test(name))
    expect(backups()).to.deep.equal([
      'spans-2026-11-21T20-15-00.001.json',
      'spans-2026-11-21T20-15-00.002.json',
    ])
    expect(backups().map((name) => readFileSync(join(folder, name), 'utf8'))).to.deep.equal([
      'bbbbbbbb',
      'cccccccc',
    ])
    expect(readFileSync(path, 'utf8')).to.equal('dddddddde')
    now += 60_000
    await file.append([Buffer.from('ffffffff')])
    expect(backups()).to.deep.equal(['spans-2026-11-21T20-16-00.000.json'])
    expect(readdirSync(folder)).to.include('spans-of-somebody.json')
    await file.close()
  })

  it('keeps what the disk does not take, refuses more than it may keep, and counts what is lost in the end', async () => {
    const file = await openFile('json')
    const exporter = exporterOf(file, 'json', 20)
    const append = file.append.bind(file)
    file.append = () => Promise.reject(new Error('no space left'))
    await exporter.consume(loadOf(2))
    await eventually('it was told of', () => told.includes('fault'), { everyMillis: 10 })
    const large = loadOf(5_000)
    let failure: unknown
    while (failure === undefined) failure = await exporter.consume(large).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'STORE_FULL')
    file.append = append
    await eventually('all is written', () => exporter.waiting() === 0, { everyMillis: 10 })
    expect(told.filter((line) => line.startsWith('sent'))[0]).to.equal('sent traces 2')
    file.append = () => Promise.reject(new Error('no space left'))
    await exporter.consume(loadOf(7))
    await exporter.close()
    expect(told.at(-1)).to.equal('dropped traces 7')
  })
})
