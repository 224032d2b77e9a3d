/** Every image comes with the list of what is in it. */
import type { Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import { gateControl, inputOf } from '../read/gate.ts'
import { buildsImage, jobsOf, type Step } from '../read/workflow.ts'
import { stepsExample } from './examples.ts'

const build = 'uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83'

export const control = gateControl({
  id: 'CIC-04',
  expected: 'a step writes an SBOM (CycloneDX or SPDX) of every image that is built',
  fix: 'add sbom: true to docker/build-push-action, or a step with syft or trivy --format cyclonedx',
  absence: 'an image is built, and no step writes its SBOM',
  action: /^(?:anchore\/sbom-action|cyclonedx\/.*|docker\/build-push-action|microsoft\/sbom-action)$/i,
  command: writesList,
  weakness: whyNone,
  asks: (workflow) => jobsOf(workflow).some(({ steps }) => steps.some(buildsImage)),
  page: {
    why: 'On the day a library is found to be broken, the question is which images hold it; without lists each has to be pulled and searched.',
    good: [
      stepsExample(`${build}\nwith: { push: true, sbom: true }`),
      stepsExample(build, 'run: syft api:2.4.1 --output cyclonedx-json'),
    ],
    bad: [
      stepsExample('run: docker build --tag api:2.4.1 .'),
      stepsExample(`${build}\nwith: { push: true }`),
    ],
  },
})

function writesList(command: ShellCommand): boolean {
  const program = programOf(command)
  const words = programWords(command)
  if (/^(?:syft|cyclonedx-[\w-]+|cdxgen|sbom-tool|bom)$/.test(program)) return true
  if (program === 'trivy')
    return words.some((word) => /^(?:--format=)?(?:cyclonedx|spdx(?:-json)?)$/.test(word))
  if (program === 'docker') return words[1] === 'sbom' || hasOption(command, '--sbom')
  return program === 'npm' && words[1] === 'sbom'
}

/** A build without a list is no fault where another step of the pipeline writes it. */
function whyNone(step: Step, workflow: Resource): string | undefined {
  if (!/^docker\/build-push-action$/i.test(step.action)) return undefined
  if (/^(?:true|generator=.*)$/.test(inputOf(workflow, step, 'sbom'))) return undefined
  const others = jobsOf(workflow).flatMap(({ steps }) => steps)
  const isWritten = others.some(
    (each) =>
      /^(?:anchore\/sbom-action|cyclonedx\/.*|microsoft\/sbom-action)$/i.test(each.action) ||
      each.commands.some(writesList),
  )
  return isWritten ? undefined : 'sbom is not set'
}
