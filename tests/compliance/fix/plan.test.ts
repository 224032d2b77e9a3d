import { expect } from 'chai'
import type { Mend } from '../../../compliance/controls/control.ts'
import { planFixes, type Wanted } from '../../../compliance/fix/plan.ts'
import type { Resource } from '../../../compliance/evidence.ts'
import { compose, dockerfile, tf } from '../controls/cases.ts'

const want = (resource: Resource | undefined, ...mend: Mend[]): Wanted => {
  if (resource === undefined) throw new Error('there is no resource')
  return { control: 'NET-01', resource, mend, at: resource.position }
}
const plan = (text: string, ...wanted: Wanted[]) => planFixes(wanted, () => text)

describe('the plan of a fix', () => {
  it('mends several resources of a file, each where it stands', () => {
    const text = 'resource "a" "x" {\n  y = 1\n}\nresource "a" "z" {\n}\n'
    const [x, z] = tf(text)()
    const { files, refused } = plan(text, want(x, { set: 'n', to: 1 }), want(z, { set: 'm', to: 2 }))
    expect(refused).to.deep.equal([])
    expect(files.map(({ after }) => after)).to.deep.equal([
      'resource "a" "x" {\n  y = 1\n  n = 1\n}\nresource "a" "z" {\n  m = 2\n}\n',
    ])
  })

  it('mends a block of many instances once, and refuses two values for one place', () => {
    const text = 'resource "a" "x" {\n  count = 2\n}\n'
    const [one, two] = tf(text)()
    const same = plan(text, want(one, { set: 'n', to: 1 }), want(two, { set: 'n', to: 1 }))
    expect(same.files[0]?.after).to.equal('resource "a" "x" {\n  count = 2\n  n = 1\n}\n')
    expect(same.files[0]?.made).to.have.lengthOf(2)
    expect(
      plan(text, want(one, { set: 'n', to: 1 }), want(two, { set: 'n', to: 2 })).refused,
    ).to.have.lengthOf(1)
  })

  it('makes all mends of a verdict or none', () => {
    const text = 'resource "a" "x" {\n  n = var.y\n}\n'
    const [x] = tf(text)().filter(({ type }) => type === 'a')
    const { files, refused } = plan(text, want(x, { set: 'm', to: 1 }, { set: 'n.0', to: 1 }))
    expect([files, refused.length]).to.deep.equal([[], 1])
  })

  it('writes instructions behind their stage, and lines in place of others', () => {
    const text = 'FROM a:1 AS build\nRUN make\n\nFROM b:1\nADD x y\nCMD ["x"]'
    const [build, last] = dockerfile(text)()
    const { files } = plan(
      text,
      want(build, { after: 'USER 10001' }),
      want(last, { after: 'USER 10001\n' }),
      { ...want(last, { instead: 'COPY x y' }), at: { file: 'Dockerfile', startLine: 5, endLine: 5 } },
    )
    expect(files[0]?.after).to.equal(
      'FROM a:1 AS build\nRUN make\nUSER 10001\n\nFROM b:1\nCOPY x y\nCMD ["x"]\nUSER 10001',
    )
  })

  it('mends services of Compose', () => {
    const text = 'services:\n  app:\n    image: a:1\n  db:\n    image: b:1\n'
    const [app, db] = compose(text)().filter(({ type }) => type === 'service')
    const { files } = plan(
      text,
      want(app, { set: 'read_only', to: true }),
      want(db, { set: 'user', to: '1000' }),
    )
    expect(files[0]?.after).to.equal(
      'services:\n  app:\n    image: a:1\n    read_only: true\n  db:\n    image: b:1\n    user: "1000"\n',
    )
  })

  it('mends a service that names what stands outside of it', () => {
    const text =
      'x-a: &a { A: b }\nservices:\n  app:\n    image: a:1\n    environment: *a\n\n  # the store\n  db:\n    image: b:1\n'
    const [app, db] = compose(text)().filter(({ type }) => type === 'service')
    const { files, refused } = plan(
      text,
      want(app, { set: 'read_only', to: true }),
      want(db, { set: 'user', to: '1' }),
    )
    expect(refused).to.deep.equal([])
    expect(files[0]?.after).to.equal(
      text.replace('*a\n', '*a\n    read_only: true\n').replace('b:1\n', 'b:1\n    user: "1"\n'),
    )
  })

  it('tells what it cannot mend by the resource it was asked for', () => {
    const text = 'resource "a" "x" {\n}\nresource "a" "z" {\n  n = var.y\n}\n'
    const [x, z] = tf(text)().filter(({ type }) => type === 'a')
    const wanted = [want(x, { set: 'n', to: 1 }), want(z, { set: 'n.0', to: 2 })]
    const { files, refused } = plan(text, ...wanted)
    expect(files[0]?.made).to.deep.equal([wanted[0]])
    expect(refused.map((each) => each.wanted)).to.deep.equal([wanted[1]])
  })

  it('leaves to people what stands in fetched modules, and what no file holds', () => {
    const [x] = tf('resource "a" "x" {\n}\n')()
    const fetched =
      x === undefined ? x : { ...x, position: { ...x.position, file: 'a/.terraform/modules/m/main.tf' } }
    const live = x === undefined ? x : { ...x, kind: 'postgres' as const }
    expect(
      plan('', want(fetched, { set: 'n', to: 1 }), want(live, { set: 'n', to: 1 })).refused,
    ).to.have.lengthOf(2)
  })
})
