import { expect } from 'chai'
import { attributeOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import { gatherGithub } from '../../../../compliance/gather/workflow/github.ts'
import { gatherGitlab } from '../../../../compliance/gather/workflow/gitlab.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const github = (text: string) => gatherGithub({ file: '.github/workflows/ci.yml', bytes: bytes(text) })
const gitlab = (text: string) => gatherGitlab({ file: '.gitlab-ci.yml', bytes: bytes(text) })

function named(resources: readonly Resource[], address: string): Resource {
  const found = resources.find((each) => each.address === address)
  if (found === undefined) throw new Error(`expected ${address}`)
  return found
}

describe('the readers of workflows', () => {
  it('read workflow, jobs and steps of GitHub, short forms in their long form', () => {
    const { resources, faults } = github(`on: [push, pull_request]
permissions: read-all
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: |
          echo "$HOME" \${{ github.sha }}
  deploy:
    needs: test
    environment: production
    steps: []
`)
    expect(faults).to.deep.equal([])
    const workflow = named(resources, 'workflow.ci')
    expect(attributeOf(workflow, 'on.pull_request')).not.to.equal(undefined)
    expect(knownValueOf(workflow, 'jobs.deploy.needs.0')).to.equal('test')
    expect(knownValueOf(named(resources, 'job.deploy'), 'environment.name')).to.equal('production')
    const step = named(resources, 'step.test.1')
    expect(attributeOf(step, 'run')).to.include({ value: 'echo "$HOME" ${{ github.sha }}\n', startLine: 8 })
    expect(knownValueOf(step, 'job')).to.equal('test')
  })

  it('say of a workflow without jobs that it cannot be read', () => {
    expect(github('on: push\njobs: x\n').faults[0]?.code).to.equal('GATHER_UNSUPPORTED')
    expect(github('a: [\n').faults[0]?.code).to.equal('GATHER_SYNTAX')
  })

  it('read the steps of a composite action', () => {
    const { resources } = gatherGithub({
      file: 'build/action.yml',
      bytes: bytes('name: x\nruns:\n  using: composite\n  steps:\n    - uses: a/b@v1\n'),
    })
    expect(resources.map(({ address }) => address)).to.deep.equal(['step.action.0'])
  })

  it('read the jobs of GitLab with what they extend, what they wait for and who starts them', () => {
    const { resources, faults } = gitlab(`stages: [test, deploy]
.base: { before_script: [npm ci] }
unit: { extends: .base, stage: test, script: npm test, allow_failure: true }
ship:
  stage: deploy
  script: [make deploy]
  when: manual
  environment: production
`)
    expect(faults).to.deep.equal([])
    expect(resources.filter(({ type }) => type === 'job').map(({ name }) => name)).to.deep.equal([
      'unit',
      'ship',
    ])
    const [unit, ship] = [named(resources, 'job.unit'), named(resources, 'job.ship')]
    expect(knownValueOf(unit, 'steps.0.run')).to.equal('npm ci')
    expect(knownValueOf(unit, 'continue-on-error')).to.equal(true)
    expect(knownValueOf(ship, 'needs')).to.deep.equal(['unit'])
    expect(knownValueOf(ship, 'manual')).to.equal(true)
    expect(knownValueOf(ship, 'environment.name')).to.equal('production')
  })

  it('leave open what GitLab includes, and end chains that never end', () => {
    const { resources } = gitlab(
      'include: https://a.example/x.yml\na: { extends: b, script: x }\nb: { extends: a, script: y }\n',
    )
    expect(attributeOf(named(resources, 'workflow.gitlab'), 'jobs.c')).to.include({ known: false })
  })
})
