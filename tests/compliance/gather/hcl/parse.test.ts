import { expect } from 'chai'
import { parseHcl, type HclFile } from '../../../../compliance/gather/hcl/parse.ts'
import type { Expression } from '../../../../compliance/gather/hcl/syntax.ts'
import { refused, taken } from './snippets.ts'

const parse = (text: string): HclFile => parseHcl(Buffer.from(text))
const valueOf = (text: string): Expression | undefined => parse(text).body.attributes[0]?.value
const literalOf = (text: string): unknown => {
  const value = valueOf(text)
  return value?.kind === 'literal' ? value.value : value?.kind
}

describe('the HCL parser', () => {
  for (const text of taken) {
    it(`takes ${JSON.stringify(text)}`, () => {
      expect(parse(text).faults).to.deep.equal([])
    })
  }

  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parse(text).faults).not.to.deep.equal([])
    })
  }

  it('reads literals as they are meant', () => {
    expect(literalOf('a = 12.5e1')).to.equal(125)
    expect(literalOf('a = "é\\u00e9\\n"')).to.equal('éé\n')
    expect(literalOf('a = "$${x}"')).to.equal('${x}')
    expect(literalOf('a = true')).to.equal(true)
    expect(literalOf('a = null')).to.equal(null)
  })

  it('reads a heredoc, and with a dash without the indentation its lines share', () => {
    expect(literalOf('a = <<E\n  x\n y\nE\n')).to.equal('  x\n y\n')
    expect(literalOf('a = <<-E\n    x\n      y\n  E\n')).to.equal('x\n  y\n')
  })

  it('groups operators by how tightly they bind', () => {
    const value = valueOf('a = 1 + 2 * 3 == 7 && x')
    expect(value).to.include({ kind: 'binary', operator: '&&' })
    expect(value).to.have.nested.property('left.operator', '==')
    expect(value).to.have.nested.property('left.left.operator', '+')
    expect(value).to.have.nested.property('left.left.right.operator', '*')
  })

  it('puts every node at its bytes, also behind characters of several bytes', () => {
    const file = parse('# é\nname = "ü" # z\nresource "a" "b" {\n  c = [1,\n    x.y]\n}\n')
    const [block] = file.body.blocks
    const attribute = block?.body.attributes[0]
    expect(file.source.slice(attribute?.value.start, attribute?.value.end)).to.equal('[1,\n    x.y]')
    expect(file.lines.lineOf(block?.start ?? 0)).to.equal(3)
    expect(file.lines.lineOf(attribute?.value.end ?? 0)).to.equal(5)
    expect(block?.labels).to.deep.equal(['a', 'b'])
  })

  it('names line and column of a fault, columns in characters', () => {
    expect(parse('a = 1\nb = "é" c\n').faults).to.deep.include({
      line: 2,
      column: 9,
      message: 'found "c", expected a new line after an attribute or block',
    })
  })

  it('reports every fault and keeps what is whole around them', () => {
    const { body, faults } = parse('a = 1\nb = = 2\nc = 3\nd { e = }\nf = 4\n')
    expect(faults.map(({ line }) => line)).to.deep.equal([2, 4])
    expect(body.attributes.map(({ name }) => name)).to.deep.equal(['a', 'c', 'f'])
  })

  it('keeps what follows a block that is never closed', () => {
    const { body, faults } = parse('resource "a" "b" {\n  x = 1\n\nresource "c" "d" {\n  y = 2\n}\n')
    expect(faults).to.have.length.above(0)
    expect(body.blocks.map(({ labels }) => labels[1])).to.include('d')
  })

  it('answers nesting without end with a fault', () => {
    for (const text of [`a = ${'['.repeat(100_000)}`, `a = ${'('.repeat(100_000)}`, 'b {\n'.repeat(50_000)]) {
      expect(parse(text).faults).to.have.length.within(1, 20)
    }
  })

  it('refuses bytes that are no UTF-8 and reads nothing of them', () => {
    const { body, faults } = parseHcl(Buffer.from([0x61, 0x3d, 0xff]))
    expect(faults).to.have.length(1)
    expect(body.attributes).to.deep.equal([])
  })
})
