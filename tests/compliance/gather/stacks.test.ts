import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gatherStacks, type TerraformInput } from '../../../compliance/gather/terraform.ts'

type Texts = Readonly<Record<string, string>>

function stacks(texts: Texts, more: Partial<TerraformInput> = {}) {
  const files = Object.entries(texts).map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
  const { resources, faults } = gatherStacks({ files, ...more })
  const find = (address: string, environment?: string): Resource => {
    const found = resources.find((each) => each.address === address && each.environment === environment)
    if (found === undefined)
      throw new Error(`no ${address} among ${resources.map((each) => each.address).join()}`)
    return found
  }
  const value = (address: string, path: string, environment?: string) => {
    const attribute = attributeOf(find(address, environment), path)
    return attribute?.known === true ? attribute.value : attribute?.known
  }
  return { resources, faults, find, value, addresses: resources.map(({ address }) => address) }
}

const bucketModule: Texts = {
  'modules/bucket/main.tf':
    'variable "name" {}\nvariable "tags" {\n  type = map(string)\n  default = {}\n}\nresource "aws_s3_bucket" "this" {\n  bucket = "${var.name}-data"\n  tags   = merge(var.tags, { Module = "bucket" })\n}\noutput "id" {\n  value = aws_s3_bucket.this.id\n}\noutput "name" {\n  value = aws_s3_bucket.this.bucket\n}\n',
}

describe('a stack of Terraform', () => {
  it('looks into local modules, with what the caller gives them, and gives back their outputs', () => {
    const { value, find, addresses, faults } = stacks({
      'main.tf':
        'module "logs" {\n  source = "./modules/bucket"\n  name = "logs"\n  tags = { Owner = "ops" }\n}\nresource "aws_x" "y" {\n  name = module.logs.name\n  id = module.logs.id\n  none = module.logs.nothing\n}\n',
      ...bucketModule,
    })
    expect(faults).to.deep.equal([])
    expect(addresses).to.not.include('module.logs')
    expect(value('module.logs.aws_s3_bucket.this', 'bucket')).to.equal('logs-data')
    expect(value('module.logs.aws_s3_bucket.this', 'tags')).to.deep.equal({ Owner: 'ops', Module: 'bucket' })
    expect(value('aws_x.y', 'name')).to.equal('logs-data')
    expect(attributeOf(find('aws_x.y'), 'id')).to.include({
      known: false,
      identity: 'module.logs.aws_s3_bucket.this.id',
    })
    expect(attributeOf(find('aws_x.y'), 'none')).to.have.property('known', false)
    expect(find('module.logs.aws_s3_bucket.this').position.file).to.equal('modules/bucket/main.tf')
  })

  it('resolves values between sibling modules in whatever order they stand', () => {
    const { value } = stacks({
      'main.tf':
        'module "b" {\n  source = "./b"\n  vpc = module.a.vpc\n}\nmodule "a" {\n  source = "./a"\n  zone = module.b.zone\n}\n',
      'a/main.tf':
        'variable "zone" {}\noutput "vpc" {\n  value = "10.0.0.0/16"\n}\nresource "a" "a" {\n  zone = var.zone\n}\n',
      'b/main.tf':
        'variable "vpc" {}\noutput "zone" {\n  value = "z"\n}\nresource "b" "b" {\n  vpc = cidrsubnet(var.vpc, 8, 1)\n}\n',
    })
    expect(value('module.b.b.b', 'vpc')).to.equal('10.0.1.0/24')
    expect(value('module.a.a.a', 'zone')).to.equal('z')
  })

  it('says how a value came to be known', () => {
    const { find } = stacks({
      'main.tf':
        'variable "size" {\n  default = 3\n}\nlocals {\n  n = var.size\n}\nresource "a" "b" {\n  c = local.n\n}\n',
    })
    expect(attributeOf(find('a.b'), 'c')?.trace).to.deep.equal([
      'local.n at main.tf:5',
      'var.size default at main.tf:2',
    ])
  })

  it('makes an instance for each of count and for_each, of maps and sets, in modules too', () => {
    const { addresses, value } = stacks({
      'main.tf':
        'resource "a" "n" {\n  count = 2\n  name = "n${count.index}"\n}\nresource "a" "m" {\n  for_each = { x = 1, y = 2 }\n  name = each.key\n  size = each.value\n}\nresource "a" "s" {\n  for_each = toset(["p", "q"])\n  name = each.value\n}\nmodule "b" {\n  source = "./modules/bucket"\n  for_each = toset(["k"])\n  name = each.key\n}\nresource "r" "r" {\n  all = a.n[*].name\n  one = a.m["y"].size\n  names = [for k, v in a.m : v.name]\n  out = module.b["k"].name\n  outs = values(module.b)[*].name\n  ids = a.n.*.id\n}\n',
      ...bucketModule,
    })
    expect(addresses).to.include.members([
      'a.n[0]',
      'a.n[1]',
      'a.m["x"]',
      'a.s["q"]',
      'module.b["k"].aws_s3_bucket.this',
    ])
    expect(value('a.n[1]', 'name')).to.equal('n1')
    expect(value('a.m["y"]', 'size')).to.equal(2)
    expect(value('r.r', 'all')).to.deep.equal(['n0', 'n1'])
    expect(value('r.r', 'one')).to.equal(2)
    expect(value('r.r', 'names')).to.deep.equal(['x', 'y'])
    expect(value('r.r', 'out')).to.equal('k-data')
    expect(value('r.r', 'outs')).to.deep.equal(['k-data'])
    expect(value('r.r', 'ids')).to.equal(false)
  })

  it('accounts for what is never made, and for what nobody can count', () => {
    const { value, find, addresses } = stacks({
      'main.tf':
        'variable "u" {}\nresource "a" "none" {\n  count = 0\n}\nresource "a" "empty" {\n  for_each = {}\n  name = each.value\n}\nresource "a" "open" {\n  count = var.u\n  name = "n${count.index}"\n}\nresource "a" "each" {\n  for_each = var.u\n  name = each.key\n}\nmodule "off" {\n  source = "./modules/bucket"\n  count = 0\n  name = "x"\n}\n',
      ...bucketModule,
    })
    expect(value('a.none', 'count')).to.equal(0)
    expect(value('a.empty', 'count')).to.equal(0)
    expect(value('a.open', 'count')).to.equal(false)
    expect(value('a.each', 'name')).to.equal(false)
    expect(find('a.each').attributes.get('for_each')?.known).to.equal(false)
    expect(value('module.off.aws_s3_bucket.this', 'count')).to.equal(0)
    expect(addresses.filter((address) => address.startsWith('a.'))).to.have.length(4)
  })

  it('unrolls dynamic blocks, and leaves those open that it cannot count', () => {
    const { value, find } = stacks({
      'main.tf':
        'variable "u" {}\nresource "a" "b" {\n  dynamic "ingress" {\n    for_each = [22, 443]\n    iterator = it\n    content {\n      port = it.value\n    }\n  }\n  ingress {\n    port = 80\n  }\n  dynamic "egress" {\n    for_each = var.u\n    content {\n      port = egress.value\n    }\n  }\n}\n',
    })
    expect(value('a.b', 'ingress')).to.deep.equal([{ port: 22 }, { port: 443 }, { port: 80 }])
    expect(attributeOf(find('a.b'), 'egress.*')).to.include({ known: false })
  })

  it('looks at every environment there are variables of', () => {
    const { value, resources } = stacks({
      'main.tf':
        'variable "size" {\n  type = number\n}\nvariable "name" {\n  default = "n"\n}\nresource "a" "b" {\n  size = var.size\n  name = var.name\n}\n',
      'terraform.tfvars': 'name = "shared"\n',
      'terraform.tfvars.production': 'size = 3\n',
      'envs/staging.tfvars': 'size = 2\nname = "s"\n',
      'envs/dev/terraform.tfvars.json': '{ "size": "1" }',
    })
    expect(value('a.b', 'size', 'production')).to.equal(3)
    expect(value('a.b', 'name', 'production')).to.equal('shared')
    expect(value('a.b', 'name', 'staging')).to.equal('s')
    expect(value('a.b', 'size', 'dev')).to.equal(1)
    expect(resources.filter(({ address }) => address === 'a.b')).to.have.length(3)
  })

  const three: Texts = {
    'main.tf':
      'variable "size" {}\nvariable "zone" {}\nvariable "name" {\n  default = "n"\n}\nresource "a" "b" {\n  size = var.size\n  zone = var.zone\n  name = var.name\n}\n',
  }

  it('lays files over each other that are no environment by themselves and contradict each other nowhere', () => {
    const shared = stacks({
      ...three,
      'common.tfvars': 'zone = "z"\n',
      'production.tfvars': 'size = 3\n',
      'staging.tfvars': 'size = 1\nname = "s"\n',
    })
    expect(shared.value('a.b', 'zone', 'production')).to.equal('z')
    expect(shared.value('a.b', 'size', 'production')).to.equal(3)
    expect(shared.value('a.b', 'zone', 'staging')).to.equal('z')
    expect(shared.resources.filter(({ address }) => address === 'a.b')).to.have.length(2)
    const divided = stacks({
      ...three,
      'envs/live/network.tfvars': 'zone = "z"\n',
      'envs/live/compute.tfvars': 'size = 3\n',
      'envs/test/compute.tfvars': 'size = 1\n',
      'envs/test/network.tfvars': 'zone = "t"\n',
    })
    expect(divided.value('a.b', 'zone', 'live')).to.equal('z')
    expect(divided.value('a.b', 'size', 'test')).to.equal(1)
    expect(divided.resources.filter(({ address }) => address === 'a.b')).to.have.length(2)
  })

  it('takes the files and values that were chosen in their order, and no other environment', () => {
    const bytes = Buffer.from('size = 1\nzone = "f"\n')
    const { value, resources } = stacks(
      { ...three, 'terraform.tfvars': 'zone = "base"\nname = "base"\n', 'other.tfvars': 'size = 9\n' },
      {
        chosen: [
          { name: 'zone', value: 'v' },
          { file: 'live.tfvars', bytes },
          { name: 'size', value: '2' },
        ],
      },
    )
    expect(value('a.b', 'size', 'live')).to.equal('2')
    expect(value('a.b', 'zone', 'live')).to.equal('f')
    expect(value('a.b', 'name', 'live')).to.equal('base')
    expect(resources.filter(({ address }) => address === 'a.b')).to.have.length(1)
    expect(resources.filter(({ type }) => type === 'tfvars').map(({ name }) => name)).to.include(
      'live.tfvars',
    )
  })

  it('takes files before what is given from outside, and nothing from outside by itself', () => {
    const text =
      'variable "n" {\n  type = list(string)\n  default = []\n}\nvariable "s" {}\nresource "a" "b" {\n  n = var.n\n  s = var.s\n}\n'
    const { value } = stacks(
      { 'main.tf': text, 'terraform.tfvars': 'other = "x"\n' },
      { variables: { n: '["a"]', s: '[1]' } },
    )
    const over = stacks({ 'main.tf': text, 'terraform.tfvars': 's = "x"\n' }, { variables: { s: 'y' } })
    expect(over.value('a.b', 's')).to.equal('x')
    expect(value('a.b', 'n')).to.deep.equal(['a'])
    expect(value('a.b', 's')).to.equal('[1]')
    process.env['TF_VAR_s'] = 'leak'
    expect(stacks({ 'main.tf': text }).value('a.b', 's')).to.equal(false)
    delete process.env['TF_VAR_s']
  })

  it('brings variables to their types, with the defaults of optional attributes', () => {
    const { value } = stacks({
      'main.tf':
        'variable "o" {\n  type = list(object({ name = string, port = optional(number, 80), on = optional(bool) }))\n  default = [{ name = 1, extra = true }]\n}\nresource "a" "b" {\n  o = var.o\n}\n',
    })
    expect(value('a.b', 'o')).to.deep.equal([{ name: '1', port: 80, on: null }])
  })

  it('makes the document of a policy as the provider does, over its sources and overrides', () => {
    const { value, find } = stacks({
      'main.tf':
        'data "aws_iam_policy_document" "base" {\n  statement {\n    sid = "a"\n    actions = ["s3:GetObject"]\n    resources = [aws_s3_bucket.b.arn]\n  }\n  statement {\n    sid = "b"\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n}\ndata "aws_iam_policy_document" "all" {\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n  override_policy_documents = [jsonencode({ Statement = [{ Sid = "b", Effect = "Deny", Action = "s3:*", Resource = "*" }] })]\n  statement {\n    effect = "Deny"\n    actions = ["iam:A", "iam:B"]\n    resources = ["*"]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n    condition {\n      test = "Bool"\n      variable = "aws:SecureTransport"\n      values = ["false"]\n    }\n  }\n}\nresource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.all.json\n}\n',
    })
    const policy = find('aws_iam_policy.p')
    expect(knownValueOf(policy, 'policy.Statement.0.Sid')).to.equal('a')
    expect(attributeOf(policy, 'policy.Statement.0.Resource')).to.include({
      known: false,
      identity: 'aws_s3_bucket.b.arn',
    })
    expect(knownValueOf(policy, 'policy.Statement.1.Effect')).to.equal('Deny')
    expect(knownValueOf(policy, 'policy.Statement.2')).to.deep.equal({
      Effect: 'Deny',
      Action: ['iam:A', 'iam:B'],
      Resource: '*',
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    expect(value('aws_iam_policy.p', 'policy.Version')).to.equal('2012-10-17')
  })

  it('reads a policy in a heredoc around what is not known in it', () => {
    const { find } = stacks({
      'main.tf':
        'resource "a" "b" {\n  policy = <<E\n{"Statement": [{"Action": "*", "Resource": "${aws_x.y.arn}/*"}]}\nE\n}\n',
    })
    expect(knownValueOf(find('a.b'), 'policy.Statement.0.Action')).to.equal('*')
    expect(attributeOf(find('a.b'), 'policy.Statement.0.Resource')).to.include({ known: false })
  })

  it('keeps secrets marked wherever they go', () => {
    const { find } = stacks({
      'main.tf':
        'variable "p" {\n  sensitive = true\n  default = "hunter2"\n}\nresource "a" "b" {\n  url = "x:${var.p}@y"\n  n = length(var.p)\n}\n',
    })
    expect(attributeOf(find('a.b'), 'url')).to.include({ known: true, isSensitive: true })
    expect(attributeOf(find('a.b'), 'n')).to.include({ value: 7, isSensitive: true })
  })

  it('marks the parts of a secret document, and the whole of what has a secret part', () => {
    const { find } = stacks({
      'main.tf':
        'variable "p" {\n  sensitive = true\n  default = "hunter2"\n}\nresource "a" "b" {\n  x = sensitive(jsonencode({ a = "hunter2" }))\n  y = { p = var.p, q = 1 }\n}\n',
    })
    for (const path of ['x', 'x.a', 'y', 'y.p']) {
      expect(attributeOf(find('a.b'), path), path).to.include({ isSensitive: true })
    }
    expect(attributeOf(find('a.b'), 'y.q')).not.to.have.property('isSensitive')
  })

  it('finds what another folder of the same stack declares, and no name that two of them declare', () => {
    const { value, find } = stacks({
      'network/main.tf':
        'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\nresource "aws_x" "both" {\n  a = 1\n}\n',
      'app/main.tf':
        'resource "aws_y" "y" {\n  cidr = aws_vpc.main.cidr_block\n  vpc = aws_vpc.main.id\n  both = aws_x.both.a\n}\n',
      'other/main.tf': 'resource "aws_x" "both" {\n  a = 2\n}\n',
    })
    expect(value('aws_y.y', 'cidr')).to.equal('10.0.0.0/16')
    expect(value('aws_y.y', 'both')).to.equal(false)
    expect(find('aws_y.y').scope?.root).to.equal(find('aws_vpc.main').scope?.root)
  })

  it('asks another folder in the same environment before the one that is always there', () => {
    const { value } = stacks({
      'net/main.tf':
        'variable "internal" {\n  default = false\n}\nresource "aws_lb" "net" {\n  internal = var.internal\n}\n',
      'net/production.tfvars': 'internal = true\n',
      'app/main.tf':
        'variable "x" {\n  default = 1\n}\nresource "aws_lb" "app" {\n  internal = aws_lb.net.internal\n}\n',
      'app/production.tfvars': 'x = 2\n',
      'app/staging.tfvars': 'x = 3\n',
    })
    const found = [undefined, 'production', 'staging'].map((name) => value('aws_lb.app', 'internal', name))
    expect(found).to.deep.equal([false, true, false])
  })

  it('ends counts, products and modules without an end, and says so', () => {
    const { faults, addresses, value } = stacks({
      'main.tf':
        'resource "a" "many" {\n  count = 1e9\n}\nmodule "m" {\n  source = "./m"\n}\nlocals {\n  l = range(1000)\n  p = setproduct(local.l, local.l, local.l)\n  q = [for a in local.l : [for b in local.l : [for c in local.l : [for d in local.l : d]]]]\n}\nresource "a" "b" {\n  p = local.p\n  q = local.q\n}\n',
      'm/main.tf': 'module "again" {\n  source = "../m"\n}\n',
    })
    expect(faults.map(({ code }) => code)).to.include('GATHER_TOO_MANY')
    expect(addresses).to.include.members(['a.many', 'module.m.module.again'])
    expect(value('a.b', 'p')).to.equal(false)
    expect(value('a.b', 'q')).to.equal(false)
  })
})
