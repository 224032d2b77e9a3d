import { expect } from 'chai'
import { parseAllDocuments } from 'yaml'
import type { Mend } from '../../../compliance/controls/control.ts'
import { FixStop } from '../../../compliance/fix/edit.ts'
import { mendYaml } from '../../../compliance/fix/yaml.ts'

type YamlMend = Exclude<Mend, { instead: string } | { after: string }>
const text = `# top
services:
  app: # the app
    image: app:1.0 # keep
    privileged: true
    ports:
      - '8080:80'
      - "9090:90"
    deploy: { replicas: 2 }
  db:
    read_only: yes
`

function mend(source: string, line: number, name: string, ...mends: YamlMend[]): string {
  const after = mends.reduce((each, one) => mendYaml({ source: each, line, name }, one), source)
  const documents = parseAllDocuments(after)
  const errors = Array.isArray(documents) ? documents.flatMap((document) => document.errors) : []
  expect(errors, after).to.deep.equal([])
  return after
}
const app = (...mends: YamlMend[]) => mend(text, 3, 'app', ...mends)

describe('a mend of YAML', () => {
  it('changes a value and keeps every other byte', () => {
    expect(app({ set: 'privileged', to: false })).to.equal(
      text.replace('privileged: true', 'privileged: false'),
    )
    expect(app({ set: 'ports', to: ['127.0.0.1:80:80'] })).to.contain(
      '    ports:\n      ["127.0.0.1:80:80"]\n',
    )
  })

  it('adds a key behind the others, in mappings of both styles', () => {
    expect(app({ set: 'read_only', to: true })).to.equal(
      text.replace('{ replicas: 2 }\n', '{ replicas: 2 }\n    read_only: true\n'),
    )
    expect(app({ set: 'deploy.resources.limits.memory', to: '64M' })).to.contain(
      '{ replicas: 2, resources: { limits: { memory: "64M" } } }',
    )
    expect(app({ set: 'ports.2', to: 'x' })).to.contain('      - "9090:90"\n      - "x"\n')
  })

  it('adds a key to a flow mapping before a comma or remark at its end', () => {
    const one = (source: string) => mend(source, 2, 'web', { set: 'read_only', to: true })
    expect(one('services:\n  web: {image: "a:1", }\n')).to.equal(
      'services:\n  web: {image: "a:1", read_only: true, }\n',
    )
    expect(one('services:\n  web: {image: "a:1" # pinned\n  }\n')).to.equal(
      'services:\n  web: {image: "a:1", read_only: true # pinned\n  }\n',
    )
    expect(one('services:\n  web: {image: "a:1",  # pinned }\n  }\n')).to.equal(
      'services:\n  web: {image: "a:1", read_only: true,  # pinned }\n  }\n',
    )
    expect(one('services:\n  web: { # empty }\n  }\n')).to.contain('{read_only: true # empty }\n')
  })

  it('stops where what it would write does not say what is wanted', () => {
    for (const source of ['services:\n  web: {image: }\n', 'services:\n  web: {image}\n']) {
      expect(() => mend(source, 2, 'web', { set: 'read_only', to: true })).to.throw(FixStop)
    }
  })

  it('takes keys and elements away with their lines', () => {
    expect(app({ remove: 'privileged' })).to.equal(text.replace('    privileged: true\n', ''))
    expect(app({ remove: 'ports.0' })).to.equal(text.replace("      - '8080:80'\n", ''))
    expect(app({ remove: 'ports' })).to.equal(text.replace(/ {4}ports:[^]*90"\n/, ''))
    expect(mend(text, 10, 'db', { remove: 'read_only' })).to.contain('  db:\n    {}\n')
  })

  it('finds the document and the element that begins on a line', () => {
    const several = 'kind: A\nspec:\n  a: 1\n---\nkind: B\nspec:\n  a: 1\n'
    expect(mend(several, 5, 'x', { set: 'spec.a', to: 2 })).to.equal(
      'kind: A\nspec:\n  a: 1\n---\nkind: B\nspec:\n  a: 2\n',
    )
    const steps = 'steps:\n  - uses: a\n    with: {}\n  - uses: b\n'
    expect(mend(steps, 4, '1', { set: 'uses', to: 'c' })).to.equal(steps.replace('uses: b', 'uses: c'))
    expect(mend(steps, 2, '0', { remove: 'uses' })).to.equal('steps:\n  - with: {}\n  - uses: b\n')
  })

  it('refuses what comes from elsewhere', () => {
    const merged = 'x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\nz:\n  c: *x\n'
    expect(() => mend(merged, 3, 'y', { set: 'a', to: 2 })).to.throw(FixStop)
    expect(() => mend(merged, 6, 'z', { set: 'c.a', to: 2 })).to.throw(FixStop)
  })
})
