import { expect } from 'chai'
import { attributeOf, knownValueOf } from '../../../compliance/evidence.ts'
import { pgHba } from '../../../compliance/gather/pg-hba.ts'

const read = (text: string) =>
  pgHba.read(
    { file: 'pg_hba.conf', bytes: new TextEncoder().encode(text) },
    { paths: [], textOf: () => undefined },
  )
const first = (text: string) => {
  const [rule] = read(text).resources
  if (rule === undefined) throw new Error('no rule')
  return rule
}

describe('the reader of pg_hba.conf', () => {
  it('takes it by its name, and nothing else', () => {
    const paths = ['pg_hba.conf', 'postgres/pg_hba.conf', 'x/pg_hba.production.conf', 'pg_hba.conf.j2']
    expect(paths.filter((path) => !pgHba.path.test(path))).to.deep.equal([])
    expect(
      ['postgresql.conf', 'pg_hba.md', 'my_pg_hba.conf'].filter((path) => pgHba.path.test(path)),
    ).to.deep.equal([])
  })

  it('reads lines in the words of the server, each where it stands', () => {
    const rule = first(
      '# who may come\n\nhostssl campus,audit "the app" 10.0.0.0/16 scram-sha-256 clientcert=verify-ca # tasks\n',
    )
    expect(rule.position.startLine).to.equal(3)
    expect(knownValueOf(rule, 'database')).to.deep.equal(['campus', 'audit'])
    expect(knownValueOf(rule, 'user_name.0')).to.equal('the app')
    expect(knownValueOf(rule, 'address')).to.equal('10.0.0.0')
    expect(knownValueOf(rule, 'netmask')).to.equal('255.255.0.0')
    expect(knownValueOf(rule, 'auth_method')).to.equal('scram-sha-256')
    expect(knownValueOf(rule, 'options.0')).to.equal('clientcert=verify-ca')
  })

  it('reads a mask in a field of its own, and lines without an address', () => {
    expect(knownValueOf(first('host all all 192.0.2.0 255.255.255.0 peer'), 'netmask')).to.equal(
      '255.255.255.0',
    )
    expect(knownValueOf(first('host all all ::/0 trust'), 'netmask')).to.equal('::')
    expect(knownValueOf(first('host all all 0.0.0.0/0 trust'), 'netmask')).to.equal('0.0.0.0')
    expect(knownValueOf(first('local all all peer'), 'auth_method')).to.equal('peer')
  })

  it('leaves open what another file or a template says', () => {
    for (const text of ['include_dir conf.d', 'host all all {{ network }} trust']) {
      expect(attributeOf(first(text), 'auth_method')).to.include({ known: false })
    }
  })

  it('names lines that are none, and reads the rest', () => {
    const { resources, faults } = read('hosts all all\nhost all\nlocal all all peer\n')
    expect(faults.map(({ code, startLine }) => [code, startLine])).to.deep.equal([
      ['GATHER_SYNTAX', 1],
      ['GATHER_SYNTAX', 2],
    ])
    expect(resources).to.have.lengthOf(1)
  })

  it('bounds what it reads', () => {
    const { resources, faults } = read('local all all peer\n'.repeat(5_000))
    expect(resources).to.have.lengthOf(2_000)
    expect(faults.map(({ code }) => code)).to.deep.equal(['GATHER_TOO_MANY'])
    expect(read('"'.repeat(200_000)).faults).to.have.lengthOf(1)
  })
})
