import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { look } from '../../../compliance/command.ts'
import { FileMemory } from '../../../compliance/gather/file-memory.ts'

/** By this clock every file has been there for long. */
const later = () => Date.now() + 60_000

describe('a scan that remembers what the one before has read', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  const changedAt = (name: string) => statSync(at(name), { bigint: true, throwIfNoEntry: false })?.ctimeNs
  /** The clocks of some disks stand still for some milliseconds: it is written until it has another time. */
  const write = async (name: string, text: string) => {
    const before = changedAt(name)
    do {
      await delay(1)
      writeFileSync(at(name), text)
    } while (changedAt(name) === before)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-memory-'))
    mkdirSync(at('deploy'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const read = async (memory: FileMemory, name: string) => {
    memory.begin()
    const outcome = await memory.read(at(name), 1_000)
    return outcome.status === 'read' ? outcome.bytes : expect.fail(outcome.message)
  }

  it('has the same bytes of a file that did not change, and others of one that did', async () => {
    const memory = new FileMemory(later)
    await write('a.yaml', 'one')
    const first = await read(memory, 'a.yaml')
    expect(await read(memory, 'a.yaml')).to.equal(first)
    const { atime, mtime } = statSync(at('a.yaml'))
    await write('a.yaml', 'two')
    // As long, and as old as it says itself.
    utimesSync(at('a.yaml'), atime, mtime)
    expect(Buffer.from(await read(memory, 'a.yaml')).toString()).to.equal('two')
  })

  it('reads again what has changed a moment ago, and what the last scan did not ask for', async () => {
    await write('a.yaml', 'one')
    // By this clock it was written a second ago, however long the test takes.
    const young = new FileMemory(() => statSync(at('a.yaml')).ctimeMs + 1_000)
    const first = await read(young, 'a.yaml')
    expect(await read(young, 'a.yaml')).not.to.equal(first)
    const memory = new FileMemory(later)
    const known = await read(memory, 'a.yaml')
    memory.begin()
    expect(await read(memory, 'a.yaml')).not.to.equal(known)
  })

  it('refuses what is larger than it may be by now', async () => {
    const memory = new FileMemory(later)
    await write('a.yaml', 'one')
    await read(memory, 'a.yaml')
    memory.begin()
    expect(await memory.read(at('a.yaml'), 2)).to.include({ code: 'GATHER_TOO_LARGE' })
  })

  it('finds what a scan without a memory finds, whatever is edited', async () => {
    const memory = new FileMemory(later)
    const compose = (image: string) => `services:\n  web:\n    image: ${image}\n    ports: ['80:80']\n`
    const edits: readonly (readonly [name: string, text: string])[] = [
      ['docker-compose.yml', compose('nginx:latest')],
      ['Dockerfile', 'FROM node:latest\nRUN curl http://a.example | sh\n'],
      ['deploy/main.tf', 'variable "acl" { default = "public-read" }\n'],
      ['deploy/bucket.tf', 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  acl    = var.acl\n}\n'],
      ['.env', 'DATABASE_PASSWORD=correct-horse-battery\n'],
      ['docker-compose.override.yml', 'services:\n  web:\n    privileged: true\n'],
      ['.gitignore', '.env\n'],
      ['deploy/main.tf', 'variable "acl" { default = "private" }\n'],
      ['docker-compose.yml', compose('nginx:1.27.3')],
      ['rules.yml', 'groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n'],
      ['Dockerfile', 'FROM node:24.1.0\nUSER node\n'],
    ]
    const states = new Set<string>()
    for (const [name, text] of edits) {
      await write(name, text)
      const options = { clockMillis: Date.parse('2026-01-01T00:00:00Z') }
      const fresh = (await look([folder], options)).posture
      const remembered = (await look([folder], { ...options, memory })).posture
      expect(remembered, name).to.deep.equal(fresh)
      states.add(JSON.stringify(fresh.items.map(({ state }) => state)))
    }
    expect(states.size, 'edits that show').to.be.at.least(8)
  })
})
