import { expect } from 'chai'
import { saysTheSame } from '../../../compliance/fix/pieces.ts'

describe('the pieces of a file', () => {
  it('say the same as whole documents, not by their first line alone', () => {
    const pod = (user: number) => `apiVersion: v1\nkind: Pod\nspec:\n  runAsUser: ${user}\n`
    const whole = `${pod(1)}---\n${pod(2)}`
    const isSame = (first: string, second: string) =>
      saysTheSame(whole, [
        { line: 1, text: first },
        { line: 6, text: second },
      ])
    expect(isSame(pod(1), pod(2))).to.equal(true)
    expect(isSame(pod(1), pod(3))).to.equal(false)
    expect(saysTheSame(whole, [{ line: 2, text: pod(1) }])).to.equal(false)
  })

  it('say the same as what stands behind their key', () => {
    const whole = 'services:\n  app:\n    image: a:1\n'
    expect(saysTheSame(whole, [{ line: 2, text: '  app:\n    image: a:1\n' }])).to.equal(true)
    expect(saysTheSame(whole, [{ line: 2, text: '  app:\n    image: a:2\n' }])).to.equal(false)
  })
})
