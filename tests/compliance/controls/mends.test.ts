import { expect } from 'chai'
import { controls } from '../../../compliance/controls/all.ts'
import type { Mend } from '../../../compliance/controls/control.ts'
import { githubReader } from '../../../compliance/gather/workflow/github.ts'
import { dockerfile, evidenceOf, file, service, tf, type Source } from './cases.ts'

/** The edits a control proposes for everything in a file. */
function mendsOf(id: string, source: Source): readonly Mend[] {
  const resources = source()
  const control = controls.find((each) => each.id === id)
  return resources
    .filter((resource) => control?.applies(resource))
    .flatMap((resource) => [control?.check(resource, evidenceOf(resources)) ?? []].flat())
    .flatMap(({ mend }) => mend ?? [])
}
const steps = (...lines: readonly string[]) =>
  file(
    githubReader,
    '.github/workflows/ci.yml',
    `on: push\njobs:\n  a:\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`,
  )

describe('the edits that mend containers, hosts and pipelines', () => {
  it('keep what else is in a list', () => {
    expect(mendsOf('CTR-03', service("security_opt: ['label:x', 'no-new-privileges:false']"))).to.deep.equal([
      { set: 'security_opt', to: ['label:x', 'no-new-privileges:true'] },
    ])
    expect(mendsOf('CTR-19', service("security_opt: ['label:x', 'seccomp:unconfined']"))).to.deep.equal([
      { set: 'security_opt', to: ['label:x'] },
    ])
  })

  it('write an instruction anew only where that says the same', () => {
    const cmd = (text: string) => mendsOf('CTR-26', dockerfile(`FROM a:1\nCMD ${text}`))
    expect(cmd('node src/main.js --port=1')).to.deep.equal([
      { instead: 'CMD ["node", "src/main.js", "--port=1"]' },
    ])
    expect(cmd('node main.js && echo x')).to.deep.equal([])
    expect(cmd('node $MAIN')).to.deep.equal([])
    expect(mendsOf('CTR-13', dockerfile('FROM a:1\nADD src /srv'))).to.deep.equal([
      { instead: 'COPY src /srv' },
    ])
    expect(mendsOf('CTR-13', dockerfile('FROM a:1\nADD https://a.example/x /x'))).to.deep.equal([])
  })

  it('clean up and check certificates in an instruction of one line', () => {
    const run = (id: string, text: string) => mendsOf(id, dockerfile(`FROM a:1\nRUN ${text}`))
    expect(run('CTR-14', 'apt-get update && apt-get install -y x')).to.deep.equal([
      { instead: 'RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*' },
    ])
    expect(run('CTR-14', 'apk add x')).to.deep.equal([{ instead: 'RUN apk add --no-cache x' }])
    expect(run('CTR-14', 'apt-get update && apt-get install -y x || true')).to.deep.equal([])
    expect(run('CTR-15', 'curl -k https://a.example')).to.deep.equal([
      { instead: 'RUN curl https://a.example' },
    ])
    expect(run('CTR-15', 'curl -fk https://a.example')).to.deep.equal([])
  })

  it('let failures of a pipeline count, and give its token what it needs to read', () => {
    const ignored = steps('run: npm audit\n        continue-on-error: true')
    expect(mendsOf('CIC-02', ignored)).to.deep.equal([{ remove: 'jobs.a.steps.0.continue-on-error' }])
    expect(mendsOf('CIC-07', ignored)).to.deep.equal([{ set: 'permissions', to: { contents: 'read' } }])
    expect(mendsOf('CIC-13', steps('run: npm install'))).to.deep.equal([
      { set: 'jobs.a.steps.0.run', to: 'npm ci' },
    ])
  })

  it('name blocks of Terraform that are not there yet', () => {
    expect(mendsOf('CTR-24', tf('resource "aws_ecs_cluster" "x" {\n name = "x"\n}'))).to.deep.equal([
      { set: 'setting.0.name', to: 'containerInsights' },
      { set: 'setting.0.value', to: 'enabled' },
    ])
    expect(mendsOf('HST-01', tf('resource "aws_instance" "x" {\n ami = "x"\n}'))).to.deep.equal([
      { set: 'metadata_options.0.http_tokens', to: 'required' },
    ])
  })
})
