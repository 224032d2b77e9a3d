import { expect } from 'chai'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { isQuorum, judgeCheckpoint, type Policy } from '../../../audit/log/policy.ts'
import { cosigned, TestLog, testSigner } from './cosigned-log.ts'

const log = testSigner('house.example/anchor', 1)
const witnesses = ['x1', 'x2', 'x3', 'y1', 'y2', 'y3'].map((name, at) => ({
  name,
  signer: testSigner(`${name}.example`, 10 + at, 'cosignature'),
}))
const lines = {
  log: `log ${log.vkey} https://house.example/anchor`,
  witnesses: witnesses.map(({ name, signer }) => `witness ${name} ${signer.vkey}`).join('\n'),
  groups: 'group x 2 x1 x2 x3\ngroup y any y1 y2 y3\ngroup both all x y',
}

function policyOf(...parts: readonly string[]): Policy {
  return parsePolicy(Buffer.from(`${parts.join('\n')}\n`))
}

function expectRefused(parts: readonly string[], code = 'AUDIT_POLICY_MALFORMED'): void {
  expect(() => policyOf(...parts), parts.join('\n'))
    .to.throw()
    .with.property('code', code)
}

const nested = policyOf('# two houses', '', lines.log, `\t${lines.witnesses}`, lines.groups, '  quorum both ')

describe('a trust policy', () => {
  it('reads logs, witnesses with their addresses, nested groups and the quorum', () => {
    expect(nested.logs.map(({ url }) => url)).to.deep.equal(['https://house.example/anchor'])
    expect(nested.witnesses.map(({ name }) => name)).to.deep.equal(witnesses.map(({ name }) => name))
    expect(nested.groups).to.deep.equal([
      { name: 'x', threshold: 2, members: ['x1', 'x2', 'x3'] },
      { name: 'y', threshold: 1, members: ['y1', 'y2', 'y3'] },
      { name: 'both', threshold: 2, members: ['x', 'y'] },
    ])
  })

  it('asks k of n through groups of groups', () => {
    const cases: readonly [readonly string[], boolean][] = [
      [['x1', 'x2', 'y3'], true],
      [['x1', 'x2', 'x3'], false],
      [['x1', 'y1', 'y2', 'y3'], false],
      [['x2', 'x3', 'y1'], true],
      [[], false],
    ]
    for (const [cosigners, expected] of cases) expect(isQuorum(nested, cosigners)).to.equal(expected)
    expect(isQuorum(policyOf(lines.witnesses, 'quorum x2'), ['x2'])).to.equal(true)
    expect(isQuorum(policyOf(lines.witnesses, 'quorum x2'), ['x1'])).to.equal(false)
    expect(isQuorum(policyOf('quorum none'), [])).to.equal(true)
  })

  it('agrees with counting for every set of witnesses', () => {
    for (let set = 0; set < 64; set++) {
      const cosigners = witnesses.filter((_, at) => (set >> at) % 2 === 1).map(({ name }) => name)
      const of = (letter: string) => cosigners.filter((name) => name.startsWith(letter)).length
      expect(isQuorum(nested, cosigners)).to.equal(of('x') >= 2 && of('y') >= 1)
    }
  })

  it('judges a note by the cosignatures that are good', () => {
    const note = new TestLog(log).checkpoint(9)
    const signers = witnesses.map(({ signer }) => signer)
    const stranger = testSigner('stranger.example', 99, 'cosignature')
    const judged = judgeCheckpoint(nested, cosigned(note, [stranger, ...signers.slice(1, 4)]))
    expect(judged.hasQuorum).to.equal(true)
    expect(judged.cosigners.map(({ name }) => name)).to.deep.equal(['x2', 'x3', 'y1'])
    expect(judged.checkpoint.size).to.equal(9)
    expect(judgeCheckpoint(nested, note).hasQuorum).to.equal(false)
  })

  it('refuses checkpoints of logs it does not name', () => {
    const note = new TestLog(testSigner('other.example', 2)).checkpoint(9)
    expect(() => judgeCheckpoint(nested, note))
      .to.throw()
      .with.property('code', 'AUDIT_NOTE_UNSIGNED')
  })

  it('refuses what the format does not allow', () => {
    const [one = '', two = ''] = lines.witnesses.split('\n')
    const refused: readonly (readonly string[])[] = [
      [],
      [lines.log],
      ['quorum none', 'quorum none'],
      ['quorum x'],
      ['quorum'],
      ['quorum none none'],
      ['witness', 'quorum none'],
      ['mirror x', 'quorum none'],
      [`${lines.log} more`, 'quorum none'],
      [lines.log, lines.log, 'quorum none'],
      [one, one, 'quorum none'],
      [one, one.replace('witness x1', 'witness x9'), 'quorum none'],
      [one, one.replace('witness x1', 'witness none'), 'quorum none'],
      ['group g any x1', one, 'quorum g'],
      [one, 'group g any', 'quorum g'],
      [one, 'group g any none', 'quorum g'],
      [one, 'group g 0 x1', 'quorum g'],
      [one, 'group g 2 x1', 'quorum g'],
      [one, 'group g 01 x1', 'quorum g'],
      [one, 'group g 1 x1 x1', 'quorum g'],
      [one, 'group g 1 g', 'quorum g'],
      [one, two, 'group g 1 x1', 'group h 1 x1 x2', 'quorum h'],
      [one, 'group x1 1 x1', 'quorum x1'],
      ['quorum none\r'],
      ['# a comment\u007f', 'quorum none'],
      ['#'.repeat(200_000), 'quorum none'],
    ]
    for (const parts of refused) expectRefused(parts)
  })

  it('refuses keys of the wrong kind, saying in which line', () => {
    expectRefused([`log ${witnesses[0]?.signer.vkey ?? ''}`, 'quorum none'], 'AUDIT_KEY_MALFORMED')
    expectRefused([`witness w ${log.vkey}`, 'quorum none'], 'AUDIT_KEY_MALFORMED')
    expect(() => policyOf('', `witness w ${log.vkey}`)).to.throw(/line 2/)
  })

  it('keeps names apart by their bytes and reads keys whose names are not ascii', () => {
    const signer = testSigner('zürich.example', 40, 'cosignature')
    const kelvin = `witness \u212a ${signer.vkey}`
    expect(policyOf(kelvin, 'quorum \u212a').witnesses[0]?.key.name).to.equal('zürich.example')
    expectRefused([kelvin, 'quorum K'])
  })
})
