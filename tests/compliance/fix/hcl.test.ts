import { expect } from 'chai'
import type { Mend } from '../../../compliance/controls/control.ts'
import { FixStop } from '../../../compliance/fix/edit.ts'
import { mendHcl } from '../../../compliance/fix/hcl.ts'
import { parseHcl } from '../../../compliance/gather/hcl/parse.ts'

function mend(text: string, ...mends: Exclude<Mend, { instead: string }>[]): string {
  let source = Buffer.from(text).toString('latin1')
  for (const each of mends) {
    const [block] = parseHcl(Buffer.from(source, 'latin1')).body.blocks
    if (block === undefined) throw new Error('the text has no block')
    source = mendHcl({ source, block }, each)
  }
  const parsed = parseHcl(Buffer.from(source, 'latin1'))
  expect(parsed.faults, source).to.deep.equal([])
  return Buffer.from(source, 'latin1').toString('utf8')
}

describe('a mend of Terraform', () => {
  it('changes the value of an attribute and nothing else', () => {
    const text = 'resource "a" "b" { # ä\n  # why\n  x   = false # keep\n  y = 1\n}\n'
    expect(mend(text, { set: 'x', to: true })).to.equal(text.replace('false', 'true'))
  })

  it('adds an attribute behind the others, before the blocks', () => {
    expect(
      mend('resource "a" "b" {\n    x = 1\n\n    c {\n    }\n}\n', { set: 'name', to: 'ö "${x}"' }),
    ).to.equal('resource "a" "b" {\n    x = 1\n    name = "ö \\"$${x}\\""\n\n    c {\n    }\n}\n')
  })

  it('opens a block on one line', () => {
    expect(mend('resource "a" "{b" {}\n', { set: 'x', to: [1, 'a'] })).to.equal(
      'resource "a" "{b" {\n  x = [1, "a"]\n}\n',
    )
    expect(mend('resource "a" "b" { y = 1 }\n', { set: 'x', to: true })).to.equal(
      'resource "a" "b" {\n  y = 1\n  x = true\n}\n',
    )
  })

  it('reaches into blocks and makes those that lack', () => {
    const text = 'resource "a" "b" {\n  c {\n    d = 1\n  }\n}\n'
    expect(mend(text, { set: 'c.0.d', to: 2 })).to.equal(text.replace('1', '2'))
    expect(mend(text, { set: 'c.0.e.0.f', to: 'x' }, { set: 'c.0.e.0.g', to: true })).to.equal(
      'resource "a" "b" {\n  c {\n    d = 1\n    e {\n      f = "x"\n      g = true\n    }\n  }\n}\n',
    )
    expect(mend(text, { set: 'c.1.d', to: 3 }, { set: 'c.1.e', to: 4 })).to.contain(
      '  c {\n    d = 1\n  }\n  c {\n    d = 3\n    e = 4\n  }\n',
    )
  })

  it('reaches into lists, maps and what jsonencode writes', () => {
    const text =
      'resource "a" "b" {\n  c = jsonencode([{\n    name = "x"\n  }])\n  t = { A = 1 }\n  l = []\n}\n'
    expect(
      mend(
        text,
        { set: 'c.0.privileged', to: false },
        { set: 't.B', to: 'x' },
        { set: 'tags.Owner', to: 'y' },
        { set: 'l.0', to: 'z' },
      ),
    ).to.equal(
      'resource "a" "b" {\n  c = jsonencode([{\n    name = "x"\n    privileged = false\n  }])\n  t = { A = 1, B = "x" }\n  l = ["z"]\n  tags = { Owner = "y" }\n}\n',
    )
  })

  it('takes attributes, blocks and elements away with their lines', () => {
    const text =
      'resource "a" "b" {\n  x = 1 # gone\n  l = ["a", "b", "c"]\n  c {\n    d = 1\n  }\n  y = <<E\nz\nE\n}\n'
    expect(mend(text, { remove: 'x' }, { remove: 'c.0' }, { remove: 'l.1' }, { remove: 'y' })).to.equal(
      'resource "a" "b" {\n  l = ["a", "c"]\n}\n',
    )
    expect(mend(text, { remove: 'l.2' }, { remove: 'l.0' })).to.contain('l = ["b"]')
  })

  it('writes a block behind', () => {
    expect(mend('resource "a" "b" {}', { after: 'resource "c" "d" {\n}\n' })).to.equal(
      'resource "a" "b" {}\n\nresource "c" "d" {\n}\n',
    )
  })

  it('refuses what is not written plainly', () => {
    const text =
      'resource "a" "b" {\n  x = var.y\n  dynamic "c" {\n    for_each = var.z\n    content {}\n  }\n}\n'
    for (const refused of [{ set: 'x.0', to: 1 }, { set: 'c.0.d', to: 1 }, { remove: 'gone' }]) {
      expect(() => mend(text, refused)).to.throw(FixStop)
    }
  })
})
