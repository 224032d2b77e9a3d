import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { unpack } from '../../compliance/bundle/archive.ts'
import type { Posture } from '../../contracts/posture.ts'

const root = join(import.meta.dirname, '../..')
const bad = 'tests/compliance/fixtures/bad'
const good = 'tests/compliance/fixtures/good'

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function compliance(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 32 * 2 ** 20 }
    execFile(process.execPath, ['compliance/main.ts', ...args], options, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      })
    })
  })
}

describe('the command scan', () => {
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-scan-'))))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('exits with 1 when a critical item fails and with 0 when none does', async () => {
    const [failing, clean] = await Promise.all([compliance('scan', bad), compliance('scan', good)])
    expect([failing.code, clean.code]).to.deep.equal([1, 0])
    expect(failing.stdout).to.match(/^\d+ critical items fail/)
    expect(clean.stdout).to.match(/^No critical item fails/)
  })

  it('exits with 1 for a high failure only when it was asked to', async () => {
    const file = join(folder, 'docker-compose.yml')
    writeFileSync(file, 'services:\n  app: { image: "app:1.0.0", user: root }\n')
    const [byDefault, strict] = await Promise.all([
      compliance('scan', file),
      compliance('scan', file, '--fail-on', 'high'),
    ])
    expect([byDefault.code, strict.code]).to.deep.equal([0, 1])
  })

  it('writes json and html, to a file where it was told', async () => {
    const out = join(folder, 'report.html')
    const [json, html] = await Promise.all([
      compliance('scan', good, '--format', 'json'),
      compliance('scan', good, '--format', 'html', '--out', out),
    ])
    expect((JSON.parse(json.stdout) as Posture).score.grade).to.equal('A')
    expect(html.stdout).to.equal('')
    expect(readFileSync(out, 'utf8')).to.match(/^<!doctype html>/)
  })

  it('applies the waivers it was given', async () => {
    const file = join(folder, 'compose.yaml')
    const waivers = join(folder, 'waivers.yaml')
    writeFileSync(file, 'services:\n  app: { image: "app:1.0.0", privileged: true }\n')
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
    const waiver = {
      control: 'CTR-02',
      owner: 'platform team',
      approver: 'security office',
      reason: 'reads the sensors of the host',
      compensating: 'stands alone on its network',
      granted: day(0),
      // Midnight may come between this line and the scan.
      expires: day(1),
    }
    writeFileSync(waivers, JSON.stringify({ version: 1, waivers: [waiver] }))
    const [without, waived] = await Promise.all([
      compliance('scan', file),
      compliance('scan', file, '--waivers', waivers),
    ])
    expect([without.code, waived.code]).to.deep.equal([1, 0])
    expect(waived.stdout).to.include('(waived)')
  })

  it('exits with 2 when it is used wrongly, and writes nothing', async () => {
    const out = join(folder, 'never.html')
    const wrong = await Promise.all([
      compliance('scan'),
      compliance('scan', good, '--format', 'paper', '--out', out),
      compliance('scan', good, '--format', 'asff', '--out', out),
      compliance('scan', good, '--fail-on', 'low'),
      compliance('scan', good, '--out', join(folder, 'no', 'folder', 'x')),
      compliance('frobnicate'),
    ])
    expect(wrong.map(({ code }) => code)).to.deep.equal([2, 2, 2, 2, 2, 2])
    expect(existsSync(out)).to.equal(false)
  })

  it('exits with 1 when anything could not be read, unless that was accepted', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'docker-compose.yml'), 'services: [\n')
    writeFileSync(join(broken, 'main.tf'), 'resource "aws_s3_bucket" {{{\n')
    const clean = join(folder, 'clean')
    mkdirSync(clean)
    writeFileSync(join(clean, 'docker-compose.yml'), 'services:\n  app: { image: "app:1.0.0" }\n')
    writeFileSync(join(clean, 'main.tf.json'), '{')
    const ran = await Promise.all([
      compliance('scan', broken),
      compliance('scan', clean),
      compliance('scan', clean, '--allow-unread'),
    ])
    expect(ran.map(({ code }) => code)).to.deep.equal([1, 1, 0])
  })

  it('judges what the variables of the command line make of Terraform', async () => {
    const stack = join(folder, 'stack')
    mkdirSync(stack)
    writeFileSync(
      join(stack, 'main.tf'),
      'variable "from" {}\nresource "aws_security_group_rule" "ssh" {\n  type        = "ingress"\n  protocol    = "tcp"\n  from_port   = 22\n  to_port     = 22\n  cidr_blocks = [var.from]\n}\n',
    )
    writeFileSync(join(folder, 'open.tfvars'), 'from = "0.0.0.0/0"\n')
    const file = join(folder, 'open.tfvars')
    const ran = await Promise.all([
      compliance('scan', stack, '--format', 'json', '--var-file', file),
      compliance('scan', stack, '--format', 'json', '--var-file', file, '--var', 'from=10.0.0.0/8'),
      compliance('scan', stack, '--var', 'from'),
    ])
    const states = ran.slice(0, 2).map(({ stdout }) => {
      const { items } = JSON.parse(stdout) as Posture
      return items.find(({ id }) => id === 'NET-01')?.state
    })
    expect(states).to.deep.equal(['fail', 'pass'])
    expect(ran.at(-1)?.code).to.equal(2)
  })

  it('exits with 1 for a folder in which there is nothing to look at', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const ran = await Promise.all([compliance('scan', empty), compliance('scan', empty, '--allow-unread')])
    expect(ran.map(({ code }) => code)).to.deep.equal([1, 1])
  })

  it('exits with 1 when a critical item is unknown', async () => {
    const unknown = join(folder, 'unknown')
    mkdirSync(unknown)
    writeFileSync(
      join(unknown, 'docker-compose.yml'),
      'services:\n  app: { image: "app:1.0.0", privileged: "${PRIVILEGED}" }\n',
    )
    const ran = await Promise.all([
      compliance('scan', unknown),
      compliance('scan', unknown, '--allow-unread'),
    ])
    expect(ran.map(({ code }) => code)).to.deep.equal([1, 1])
  })

  it('exits with 1 when a path it was given is not there: what was not looked at is not clean', async () => {
    const { code, stdout } = await compliance('scan', join(folder, 'absent'))
    expect(code).to.equal(1)
    expect(stdout).to.include('unverified')
  })

  it('repairs by the numbers it was given, and refuses to repair beside what it would leave undone', async () => {
    const [file, parameters] = [join(folder, 'fixed.tf'), join(folder, 'parameters.yaml')]
    writeFileSync(file, 'resource "aws_db_instance" "x" {\n  backup_retention_period = 1\n}\n')
    writeFileSync(parameters, 'version: 1\nparameters:\n  BDR-01.days: { production: 35 }\n')
    await compliance('scan', file, '--fix', '--parameters', parameters)
    expect(readFileSync(file, 'utf8')).to.match(/backup_retention_period\s*= 35\n/)
    const refused = await Promise.all([
      compliance('scan', file, '--fix', '--out', `json=${join(folder, 'never.json')}`),
      compliance('scan', file, '--fix', '--fail-on', 'high', '--since', file),
      compliance('scan', file, '--dry-run'),
    ])
    expect(refused.map(({ code }) => code)).to.deep.equal([2, 2, 2])
    expect(refused[1]?.stderr)
      .to.match(/--fail-on/)
      .and.match(/--since/)
    expect(existsSync(join(folder, 'never.json'))).to.equal(false)
  })

  it('takes what it looks at and what it judges by in the same words for every command', async () => {
    const file = join(folder, 'gated.tf')
    const [parameters, statements, baseline, bundle] = ['p.yaml', 's.yaml', 'b.json', 'b.tgz'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string]
    writeFileSync(file, 'resource "aws_db_instance" "x" {\n  backup_retention_period = 30\n}\n')
    writeFileSync(parameters, 'version: 1\nparameters:\n  BDR-01.days: { production: 60 }\n')
    writeFileSync(statements, 'version: 1\nattestations: []\n')
    const chosen = ['--parameters', parameters, '--attestations', statements]
    await compliance('scan', file, ...chosen, '--out', `json=${baseline}`)
    const [own, other] = await Promise.all([
      compliance('gate', file, '--baseline', baseline, ...chosen),
      compliance('gate', file, '--baseline', baseline),
    ])
    expect(own.stdout).not.to.match(/other rules|others/i)
    expect(own.code).to.equal(0)
    expect(other.code).to.equal(0)
    const made = await compliance('bundle', file, '--out', bundle, ...chosen)
    expect([made.code, made.stderr]).to.deep.equal([0, ''])
    const texts = await unpack(readFileSync(bundle))
    const posture = JSON.parse(texts.get('posture.json') ?? '') as Posture
    expect(posture.sources.map(({ source }) => source)).to.include('attestation')
    expect((await compliance('verify', bundle)).code).to.equal(0)
  })
})
