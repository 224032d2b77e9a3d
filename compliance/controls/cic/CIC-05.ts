/** Images are signed where they are built, and say how. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import { gateControl } from '../read/gate.ts'
import { buildsImage, jobsOf, type Job, type Step } from '../read/workflow.ts'
import { stepsExample, workflowExample } from './examples.ts'

export const control = gateControl({
  id: 'CIC-05',
  expected: 'every image that is built is signed or attested, with the right to ask for an identity',
  fix: 'add actions/attest-build-provenance or cosign sign, and permissions: id-token: write to the job',
  absence: 'an image is built and not signed',
  action:
    /^(?:actions\/attest(?:-build-provenance)?|slsa-framework\/slsa-github-generator\/.*|sigstore\/gh-action-sigstore-python|notaryproject\/notation-action\/sign)$/i,
  command: signs,
  weakness: whyUnable,
  asks: (workflow) => jobsOf(workflow).some(({ steps }) => steps.some(buildsImage)),
  page: {
    why: 'Without a signature a registry that was broken into hands out images of its own, and nobody can tell.',
    good: [
      workflowExample([
        'build:',
        '  runs-on: ubuntu-24.04',
        '  permissions: { contents: read, id-token: write, attestations: write }',
        '  steps:',
        '    - run: docker build --tag api:2.4.1 .',
        '    - run: cosign sign --yes ghcr.io/campus/api:2.4.1',
      ]),
    ],
    bad: [
      stepsExample('run: docker build --tag api:2.4.1 .'),
      stepsExample('run: docker build --tag api:2.4.1 .', 'run: cosign sign --yes ghcr.io/campus/api:2.4.1'),
    ],
  },
})

function signs(command: ShellCommand): boolean {
  const [program, verb = ''] = [programOf(command), programWords(command)[1]]
  if (program === 'cosign') return /^(?:sign|attest)$/.test(verb)
  if (program === 'notation') return verb === 'sign'
  return (
    program === 'docker' &&
    hasOption(command, '--provenance', '--attest') &&
    !hasOption(command, '--provenance=false')
  )
}

/** Without a key of its own a signature needs an identity from GitHub. */
function whyUnable(step: Step, workflow: Resource, { path }: Job): string | undefined {
  const isGitlab = attributeOf(workflow, 'platform')
  if (isGitlab?.known === true && isGitlab.value === 'gitlab') return undefined
  const keyed = step.commands
    .filter(signs)
    .every((each) => hasOption(each, '--key') || programOf(each) !== 'cosign')
  if (step.action === '' && keyed) return undefined
  const permissions =
    attributeOf(workflow, `${path}.permissions`) === undefined ? 'permissions' : `${path}.permissions`
  const whole = attributeOf(workflow, permissions)
  const right = attributeOf(workflow, `${permissions}.id-token`)
  const isGiven =
    (right?.known === true && right.value === 'write') ||
    (whole?.known === true && whole.value === 'write-all')
  return isGiven ? undefined : 'the job may not ask for an identity (id-token: write)'
}
