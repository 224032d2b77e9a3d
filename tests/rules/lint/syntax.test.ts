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

  it('lets a moment bind to the selector before it, with an offset or without one', () => {
    expect(tree('up @ end() offset 1h > 0')).to.deep.equal(tree('up > 0'))
    expect(tree('up offset -1h @ start() > 0')).to.deep.equal(tree('up > 0'))
    expect(tree('a - b{c="d"} @ 1.5e9 offset 1h / c')).to.deep.equal(tree('a - b{c="d"} / c'))
    expect(tree('-a[5m:1m] @ end() offset 1h # ago')).to.deep.equal(tree('-a[5m:1m] # ago'))
    expect(tree('rate(a[5m] @ start() offset 1h)')).to.deep.equal(tree('rate(a[5m])'))
  })

  it('knows no offset of anything else', () => {
    const wrong = ['1 offset 1h > 0', 'a - 1 offset 1h', '-1 offset 1h', 'time() offset 1h', '"a" offset 1h']
    const twice = ['a offset 1h offset 2h', 'a @ 1 @ end()', 'a offset 1h @ 1 offset 1h']
    const cut = ['a offset', 'a @', 'a offset > 0']
    const moments = ['sum(a) @ 1', '(a - b) @ end() offset 1h', '1 @ end()']
    for (const each of [...wrong, ...twice, ...cut, ...moments])
      expect(syntaxErrorAt(parseExpression(each)), each).to.be.a('number')
    expect(syntaxErrorAt(parseExpression('a - b offset 1h > 0'))).to.equal(undefined)
    expect(syntaxErrorAt(parseExpression('(a - b) offset 1h > 0'))).to.be.a('number')
    expect(syntaxErrorAt(parseExpression('sum(a) offset 1h > 0'))).to.be.a('number')
  })
})
