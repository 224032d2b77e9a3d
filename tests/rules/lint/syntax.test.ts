import { expect } from 'chai'
import { parseExpression, syntaxErrorAt } from '../../../rules/lint/syntax.ts'

/** Names of the nodes, the outer ones first, each with the depth it stands at. */
function tree(text: string): readonly string[] {
  const nodes: string[] = []
  let depth = 0
  parseExpression(text).tree.iterate({
    enter: ({ name }) => {
      nodes.push(`${depth} ${name}`)
      depth += 1
    },
    leave: () => {
      depth -= 1
    },
  })
  return nodes
}

describe('the tree of an expression', () => {
  it('lets an offset bind to the selector before it', () => {
    expect(tree('a - b offset 1h / c')).to.deep.equal(tree('a - b / c'))
    expect(tree('a or b offset 1h > 2')).to.deep.equal(tree('a or b > 2'))
    expect(tree('rate(a[5m] offset 1h) - b{c="d offset 1h"} offset -1h')).to.deep.equal(
      tree('rate(a[5m]) - b{c="d"}'),
    )
  })

  it('knows no offset of anything else', () => {
    expect(syntaxErrorAt(parseExpression('a - b offset 1h > 0'))).to.equal(undefined)
    expect(syntaxErrorAt(parseExpression('(a - b) offset 1h > 0'))).to.be.a('number')
    expect(syntaxErrorAt(parseExpression('sum(a) offset 1h > 0'))).to.be.a('number')
  })
})
