import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { textOf } from '../../../compliance/controls/text.ts'
import { knownValueOf, type Evidence } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'

describe('gathering from folders', () => {
  let root = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'campanile-gather-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  function write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  }

  const inside = (path: string) => join(root, path)
  const codes = ({ faults }: Evidence) => faults.map(({ code }) => code)
  const sources = (evidence: Evidence) => evidence.sources.map((source) => source.slice(root.length + 1))

  it('reads what it knows by name, folder by folder, and counts every file it read', async () => {
    write({
      'main.tf': 'resource "a" "b" {}\n',
      'README.md': 'nothing',
      'app/docker-compose.prod.yml': 'services: { web: { image: x } }\n',
      'app/api.Dockerfile': 'FROM x:1\n',
      'app/Dockerfile.dockerignore': 'x\n',
      'app/settings.yml': 'a: 1\n',
    })
    const evidence = await gather([root])
    expect(evidence.faults).to.deep.equal([])
    expect(sources(evidence)).to.have.members([
      'README.md',
      'app/Dockerfile.dockerignore',
      'app/api.Dockerfile',
      'app/docker-compose.prod.yml',
      'app/settings.yml',
      'main.tf',
    ])
    expect(evidence.resources.map(({ address }) => address)).to.have.members([
      'a.b',
      'service.web',
      'stage.0',
      'file.Dockerfile.dockerignore',
    ])
  })

  it('takes the files of one folder for one module, once for each environment, and no other folder’s', async () => {
    write({
      'one/main.tf': 'resource "a" "b" {\n  c = var.x\n}\n',
      'one/variables.tf': 'variable "x" {}\n',
      'one/terraform.tfvars': 'x = 1\n',
      'one/production.tfvars': 'x = 9\n',
      'two/main.tf': 'resource "a" "b" {\n  c = var.x\n}\n',
    })
    const evidence = await gather([root])
    const values = evidence.resources
      .filter(({ address }) => address === 'a.b')
      .map((resource) => knownValueOf(resource, 'c'))
    expect(values).to.deep.equal([1, 9, undefined])
    expect(evidence.resources.filter(({ type }) => type === 'tfvars')).to.have.length(2)
  })

  it('takes a Compose file and its override for one project, and other files for their own', async () => {
    write({
      'docker-compose.yml': 'services: { web: { image: x } }\n',
      'docker-compose.override.yml': 'services: { web: { privileged: true } }\n',
      'docker-compose.monitoring.yml': 'services: { grafana: { image: y } }\n',
    })
    const evidence = await gather([root])
    expect(evidence.sources).to.have.length(3)
    expect(evidence.resources.map(({ address }) => address)).to.deep.equal(['service.grafana', 'service.web'])
    expect(evidence.resources.map((resource) => knownValueOf(resource, 'privileged'))).to.deep.equal([
      undefined,
      true,
    ])
  })

  it('reads modules that were fetched, and files that are named, but nothing outside of the folder', async () => {
    write({
      'app/main.tf':
        'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n  name   = "x"\n}\nresource "a" "b" {\n  c = module.vpc.name\n  d = file("${path.module}/x.json")\n  e = file("../secret.json")\n  f = file("/etc/hostname")\n}\nmodule "gone" {\n  source = "x/y/z"\n}\nmodule "out" {\n  source = "x/y/out"\n}\n',
      'app/x.json': 'here',
      'secret.json': 'there',
      'out/main.tf': 'resource "x" "out" {}\n',
      'app/.terraform/modules/vpc/main.tf':
        'variable "name" {}\nresource "v" "w" {\n  name = var.name\n}\noutput "name" {\n  value = v.w.name\n}\n',
      'app/.terraform/modules/modules.json': JSON.stringify({
        Modules: [
          { Key: '', Source: '', Dir: '.' },
          { Key: 'vpc', Source: 'x', Dir: '.terraform/modules/vpc' },
          { Key: 'out', Source: 'x', Dir: '../out' },
        ],
      }),
    })
    const evidence = await gather([inside('app')])
    const found = evidence.resources.find(({ address }) => address === 'a.b')
    const values = ['c', 'd', 'e', 'f'].map((name) =>
      found === undefined ? null : knownValueOf(found, name),
    )
    expect(values).to.deep.equal(['x', 'here', undefined, undefined])
    expect(evidence.resources.map(({ address }) => address)).to.have.members([
      'module.vpc.v.w',
      'variable.name',
      'output.name',
      'a.b',
      'module.gone',
      'module.out',
    ])
    expect(sources(evidence)).to.include('app/x.json')
    expect(evidence.faults).to.deep.equal([])
  })

  it('takes what a plan says for what Terraform makes of the files beside it', async () => {
    const resource = (address: string, type: string, values: object) => ({
      address,
      mode: 'managed',
      type,
      name: 'b',
      values,
    })
    const planned = {
      format_version: '1.2',
      planned_values: {
        root_module: {
          resources: [resource('a.b', 'a', { c: 'known' })],
          child_modules: [{ resources: [resource('module.far.x.b', 'x', {})] }],
        },
      },
    }
    write({
      'main.tf':
        'variable "v" {}\n\nresource "a" "b" {\n  c = var.v\n}\nmodule "far" {\n  source = "x/y/z"\n}\n',
      'tfplan.json': JSON.stringify(planned),
    })
    const { resources, faults } = await gather([root])
    expect(faults).to.deep.equal([])
    expect(resources.map(({ address }) => address)).to.have.members(['variable.v', 'a.b', 'module.far.x.b'])
    const found = resources.find(({ address }) => address === 'a.b')
    expect(found?.position.startLine).to.equal(3)
    expect(found === undefined ? undefined : knownValueOf(found, 'c')).to.equal('known')
  })

  it('lays a plan over the root it is of, and over no other that names its resources alike', async () => {
    const bucket = 'resource "aws_s3_bucket" "logs" {\n  bucket = "from-files"\n}\n'
    const planOf = (...names: string[]) =>
      JSON.stringify({
        format_version: '1.2',
        planned_values: {
          root_module: {
            resources: names.map((name) => ({
              address: `aws_s3_bucket.${name}`,
              mode: 'managed',
              type: 'aws_s3_bucket',
              name,
              values: { bucket: 'planned' },
            })),
          },
        },
      })
    const found = async () =>
      (await gather([root])).resources
        .filter(({ type }) => type === 'aws_s3_bucket')
        .map((each) => `${each.position.file.slice(root.length + 1)} ${textOf(knownValueOf(each, 'bucket'))}`)
        .sort()

    write({ 'a/main.tf': bucket, 'b/main.tf': bucket, 'a/plan.json': planOf('logs') })
    expect(await found()).to.deep.equal(['a/main.tf planned', 'b/main.tf from-files'])

    rmSync(inside('a/plan.json'))
    write({ 'a/out/plan.json': planOf('logs') })
    expect(await found()).to.deep.equal(['a/main.tf planned', 'b/main.tf from-files'])

    // Either root may be meant: nothing is taken away.
    rmSync(inside('a/out'), { recursive: true })
    write({ 'plans/plan.json': planOf('logs') })
    expect(await found()).to.deep.equal([
      'a/main.tf from-files',
      'b/main.tf from-files',
      'plans/plan.json planned',
    ])

    write({ 'plans/plan.json': planOf('logs', 'other'), 'b/other.tf': bucket.replace('logs', 'other') })
    expect(await found()).to.deep.equal(['a/main.tf from-files', 'b/main.tf planned', 'b/other.tf planned'])
  })

  it('leaves out what others wrote', async () => {
    write({
      'node_modules/x/main.tf': 'resource "a" "b" {}\n',
      '.git/Dockerfile': 'FROM x\n',
      '.terraform/modules/m/main.tf': 'resource "a" "b" {}\n',
    })
    expect(await gather([root])).to.deep.include({ resources: [], faults: [], sources: [] })
  })

  it('follows no link out of the folder, and names it', async () => {
    write({ 'scanned/main.tf': '', 'outside/main.tf': 'resource "a" "b" {}\n', 'outside/modules/x.tf': '' })
    symlinkSync(inside('outside/main.tf'), inside('scanned/linked.tf'))
    symlinkSync(inside('outside/modules'), inside('scanned/modules'))
    symlinkSync(inside('nowhere'), inside('scanned/Dockerfile'))
    const evidence = await gather([inside('scanned')])
    expect(evidence.resources).to.deep.equal([])
    expect(codes(evidence)).to.deep.equal(['GATHER_SYMLINK', 'GATHER_SYMLINK', 'GATHER_SYMLINK'])
  })

  it('says of each file it cannot read what it may hide, and of a folder that it may hide anything', async () => {
    write({ 'scanned/broken/compose.yml': 'services: [' })
    symlinkSync(inside('nowhere.yaml'), inside('scanned/deploy.yaml'))
    symlinkSync(inside('nowhere'), inside('scanned/folder'))
    const { faults } = await gather([inside('scanned')])
    const hides = new Map(faults.map((fault) => [fault.file.slice(inside('scanned/').length), fault.hides]))
    expect(hides.get('broken/compose.yml')).to.deep.equal(['compose'])
    expect(hides.get('deploy.yaml')).to.include.members(['kubernetes', 'prometheus', 'repository'])
    expect(hides.get('deploy.yaml')).not.to.include('terraform')
    expect(hides.get('folder')).to.equal(undefined)
  })

  it('names a link into a folder that is not looked into', async () => {
    write({ 'node_modules/stack/main.tf': 'resource "a" "b" {}\n' })
    symlinkSync('node_modules/stack', inside('stack'))
    expect(codes(await gather([root]))).to.deep.equal(['GATHER_SYMLINK'])
  })

  it('reads a link to a file inside as part of the folder it lies in, and ends loops', async () => {
    write({
      'shared/names.tf': 'variable "x" {\n  default = 1\n}\n',
      'app/main.tf': 'resource "a" "b" {\n  c = var.x\n}\n',
    })
    symlinkSync('../shared/names.tf', inside('app/names.tf'))
    symlinkSync('..', inside('app/loop'))
    const evidence = await gather([root])
    expect(evidence.faults).to.deep.equal([])
    const [resource] = evidence.resources.filter(({ address }) => address === 'a.b')
    expect(resource === undefined ? undefined : knownValueOf(resource, 'c')).to.equal(1)
  })

  it('names files that are too large, no text, no file or not to be read, and reads the others', async function () {
    write({
      'a/main.tf': Buffer.alloc(2_000, 32),
      'b/main.tf': Buffer.from([0x61, 0, 0x62]),
      'c/main.tf': Buffer.from([0x61, 0xff]),
      'd/main.tf.json': '{',
      'z/main.tf': 'resource "a" "b" {}\n',
    })
    mkdirSync(inside('e'))
    execFileSync('mkfifo', [inside('e/main.tf')])
    const evidence = await gather([root], { limits: { fileBytes: 1_000 } })
    expect(codes(evidence)).to.have.members([
      'GATHER_TOO_LARGE',
      'GATHER_NOT_TEXT',
      'GATHER_NOT_TEXT',
      'GATHER_SYNTAX',
      'GATHER_UNREADABLE',
    ])
    expect(evidence.resources.map(({ address }) => address)).to.deep.equal(['a.b'])
  })

  it('ends at every bound and says so', async () => {
    write(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}/main.tf`, 'a = 1\n'])))
    write({ 'x/x/x/x/x/main.tf': '' })
    for (const limits of [{ entries: 20 }, { files: 5 }, { depth: 2 }]) {
      expect(codes(await gather([root], { limits }))).to.include('GATHER_TOO_MANY')
    }
    const evidence = await gather([root], { limits: { totalBytes: 100 } })
    expect(evidence.sources.length).to.be.within(16, 18)
    expect(codes(evidence)).to.include('GATHER_TOO_LARGE')
  })

  it('finds a file once however often it is named, and reads a named file by any name', async () => {
    write({
      'main.tf': 'resource "a" "b" {}\n',
      'stack.yaml': 'services: { s: { image: x } }\n',
      'picture.png': 'x',
    })
    const evidence = await gather([
      root,
      inside('main.tf'),
      root,
      inside('stack.yaml'),
      inside('picture.png'),
    ])
    expect(sources(evidence)).to.deep.equal(['main.tf', 'stack.yaml'])
    expect(codes(evidence)).to.deep.equal(['GATHER_UNSUPPORTED'])
  })

  it('says of a path that is not there that it is not', async () => {
    const evidence = await gather([inside('absent')])
    expect(codes(evidence)).to.deep.equal(['GATHER_UNREADABLE'])
    expect(evidence.sources).to.deep.equal([])
  })

  it('finds the same at every run', async () => {
    write({ 'b/main.tf': 'x = 1\n', 'a/Dockerfile': 'FROM x\n', 'a/compose.yml': 'services: {}\n' })
    expect(await gather([root])).to.deep.equal(await gather([root]))
  })
})
