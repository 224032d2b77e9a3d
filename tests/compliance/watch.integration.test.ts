import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/poll.ts'

const root = join(import.meta.dirname, '../..')
const compose = (isPrivileged: boolean) =>
  `services:\n  app: { image: "app:1.0.0", privileged: ${isPrivileged} }\n`

describe('the command watch', () => {
  let folder: string
  let child: ChildProcess | undefined
  let output: string
  const at = (...names: readonly string[]) => join(folder, ...names)
  const start = async (...paths: readonly string[]) => {
    const started = spawn(process.execPath, ['compliance/main.ts', 'watch', ...paths], { cwd: root })
    child = started
    output = ''
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    }
    const ended = new Promise<number | null>((resolve) => started.once('exit', resolve))
    return { ended, says: (text: RegExp) => eventually(String(text), () => text.test(output)) }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-watch-'))
    writeFileSync(at('docker-compose.yml'), compose(false))
  })
  afterEach(() => {
    child?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells what a change made worse and better, and ends as a scan would', async () => {
    const { ended, says } = await start(folder)
    await says(/^Score: /m)
    writeFileSync(at('docker-compose.yml'), compose(true))
    await says(/CTR-02 .*: it fails now/)
    // As editors write: beside it, and then in its place.
    writeFileSync(at('next'), compose(false))
    renameSync(at('next'), at('docker-compose.yml'))
    await says(/CTR-02 .*: it was mended/)
    child?.kill('SIGINT')
    expect(await ended).to.equal(0)
  })

  it('sees files of folders that are new, and says with its exit code what is open', async () => {
    const { ended, says } = await start(folder)
    await says(/^Score: /m)
    mkdirSync(at('deep', 'er'), { recursive: true })
    await says(/nothing changed/)
    writeFileSync(at('deep', 'er', 'compose.yaml'), compose(true))
    await says(/CTR-02 .*: it fails now/)
    child?.kill('SIGTERM')
    expect(await ended).to.equal(1)
  })

  it('watches one file that was named, and refuses a path that is not there', async () => {
    const named = await start(at('docker-compose.yml'))
    await named.says(/^Score: /m)
    writeFileSync(at('docker-compose.yml'), compose(true))
    await named.says(/CTR-02 .*: it fails now/)
    child?.kill('SIGTERM')
    expect(await named.ended).to.equal(1)
    expect(await (await start(at('nothing'))).ended).to.equal(2)
  })
})
