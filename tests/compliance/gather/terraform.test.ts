import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gatherTerraform } from '../../../compliance/gather/terraform.ts'

function gatherFiles(files: Readonly<Record<string, string>>) {
  return gatherTerraform(Object.entries(files).map(([file, text]) => ({ file, bytes: Buffer.from(text) })))
}

function resourceIn(files: Readonly<Record<string, string>>, address: string): Resource {
  const found = gatherFiles(files).resources.find((resource) => resource.address === address)
  if (found === undefined) throw new Error(`no resource ${address}`)
  return found
}

describe('a Terraform module', () => {
  it('has a resource for every block, by the name Terraform gives it', () => {
    const text =
      'resource "a" "b" {}\ndata "c" "d" {}\nmodule "e" {}\nvariable "f" {}\nterraform {}\nlocals {}\n'
    const { resources } = gatherFiles({ 'main.tf': text })
    expect(resources.map(({ type, address }) => [type, address])).to.deep.equal([
      ['a', 'a.b'],
      ['data.c', 'data.c.d'],
      ['module', 'module.e'],
      ['variable', 'variable.f'],
      ['terraform', 'terraform'],
      ['locals', 'locals'],
    ])
  })

  it('places every attribute where it is written', () => {
    const resource = resourceIn(
      { 'main.tf': '\nresource "a" "b" {\n  c {\n    d = [1,\n      2]\n  }\n}\n' },
      'a.b',
    )
    expect(resource.position).to.deep.equal({ file: 'main.tf', startLine: 2, endLine: 7 })
    expect(attributeOf(resource, 'c.0')).to.include({ startLine: 3, endLine: 6 })
    expect(attributeOf(resource, 'c.0.d')).to.include({ startLine: 4, endLine: 5 })
    expect(attributeOf(resource, 'c.0.d.1')).to.include({ startLine: 5, endLine: 5 })
  })

  it('fills in variables with a value and locals, across its files', () => {
    const resource = resourceIn(
      {
        'main.tf':
          'resource "a" "b" {\n  c = var.size\n  d = local.name\n  e = "${local.name}-${var.size}"\n  f = local.tags.Owner\n  g = local.zones[1]\n}\n',
        'names.tf':
          'variable "size" {\n  default = 3\n}\nlocals {\n  name = "x"\n  tags = { Owner = local.name }\n  zones = ["a", "b"]\n}\n',
      },
      'a.b',
    )
    expect(knownValueOf(resource, 'c')).to.equal(3)
    expect(knownValueOf(resource, 'd')).to.equal('x')
    expect(knownValueOf(resource, 'e')).to.equal('x-3')
    expect(knownValueOf(resource, 'f')).to.equal('x')
    expect(knownValueOf(resource, 'g')).to.equal('b')
  })

  it('places what came through a reference where the reference stands', () => {
    const resource = resourceIn(
      { 'main.tf': 'variable "ports" {\n  default = [22]\n}\n\nresource "a" "b" {\n  c = var.ports\n}\n' },
      'a.b',
    )
    expect(attributeOf(resource, 'c.0')).to.include({ known: true, value: 22, startLine: 6 })
  })

  it('takes values of variable files before defaults, the later file first', () => {
    const files = {
      'main.tf': 'variable "x" {\n  default = 1\n}\nresource "a" "b" {\n  c = var.x\n}\n',
      'terraform.tfvars': 'x = 2\n',
    }
    expect(knownValueOf(resourceIn(files, 'a.b'), 'c')).to.equal(2)
    const later = { ...files, 'z.auto.tfvars': 'x = 3\n' }
    expect(knownValueOf(resourceIn(later, 'a.b'), 'c')).to.equal(3)
  })

  it('never guesses: what is not evaluated is unknown with its expression', () => {
    const text =
      'variable "x" {}\nresource "a" "b" {\n  c = var.x\n  d = aws_kms_key.main.arn\n  e = max(1, var.x)\n  f = 1 + var.x\n  g = "%{ if var.x }x%{ endif }"\n}\n'
    const resource = resourceIn({ 'main.tf': text }, 'a.b')
    for (const [path, expression] of [
      ['c', 'var.x'],
      ['d', 'aws_kms_key.main.arn'],
      ['e', 'max(1, var.x)'],
      ['f', '1 + var.x'],
    ] as const) {
      expect(attributeOf(resource, path)).to.include({ known: false, expression })
    }
    expect(attributeOf(resource, 'd')).to.have.property('why', 'refers to aws_kms_key.main.arn')
    expect(attributeOf(resource, 'c')).to.have.property('why', 'refers to var.x, which has no value here')
    expect(attributeOf(resource, 'g')).to.have.property('known', false)
  })

  it('ends references in circles and very long chains', () => {
    const chain = Array.from({ length: 1_000 }, (_, at) => `  n${at} = local.n${at + 1}`).join('\n')
    const text = `locals {\n  a = local.b\n  b = local.a\n${chain}\n  n1000 = 1\n}\nresource "r" "s" {\n  c = local.a\n  d = local.n0\n}\n`
    const resource = resourceIn({ 'main.tf': text }, 'r.s')
    expect(attributeOf(resource, 'c')).to.have.property('known', false)
    expect(attributeOf(resource, 'd')).to.have.property('known', false)
  })

  it('ends references that multiply', () => {
    const levels = Array.from(
      { length: 30 },
      (_, at) => `  n${at + 1} = [local.n${at}, local.n${at}, local.n${at}]`,
    )
    const text = `locals {\n  n0 = "x"\n${levels.join('\n')}\n}\nresource "r" "s" {\n  c = local.n30\n}\n`
    const resource = resourceIn({ 'main.tf': text }, 'r.s')
    expect(attributeOf(resource, 'c')).to.have.property('known', false)
    expect(resource.attributes.size).to.be.below(40_000)
  })

  it('shows policies by their structure, however they are written', () => {
    const policy = '{"Statement": [{"Effect": "Allow", "Action": "*"}]}'
    const text = `resource "a" "heredoc" {\n  policy = <<E\n${policy}\nE\n}\nresource "a" "encoded" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*" }] })\n}\nresource "a" "partly" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Resource = aws_x.y.arn }] })\n}\n`
    for (const name of ['heredoc', 'encoded']) {
      expect(
        knownValueOf(resourceIn({ 'main.tf': text }, `a.${name}`), 'policy.Statement.0.Action'),
      ).to.equal('*')
    }
    const partly = resourceIn({ 'main.tf': text }, 'a.partly')
    expect(knownValueOf(partly, 'policy.Statement.0.Effect')).to.equal('Allow')
    expect(attributeOf(partly, 'policy.Statement.0.Resource')).to.have.property('known', false)
  })

  it('reports faults of every file with place and column, and reads the rest', () => {
    const { resources, faults } = gatherFiles({
      'a.tf': 'x = = 1\n',
      'b.tf': 'resource "r" "s" {\n  c = [1 2]\n}\nresource "t" "u" {}\n',
    })
    expect(faults.map(({ file, startLine, code }) => [file, startLine, code])).to.deep.equal([
      ['a.tf', 1, 'GATHER_SYNTAX'],
      ['b.tf', 2, 'GATHER_SYNTAX'],
    ])
    expect(faults.every(({ column = 0 }) => column > 0)).to.equal(true)
    expect(resources.map(({ address }) => address)).to.include('t.u')
  })
})
