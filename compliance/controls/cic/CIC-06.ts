/** What others wrote for a pipeline is taken at one commit. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isWorkflow } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { stepsExample } from './examples.ts'

const judge = judgeBy(
  'actions, workflows and includes of others are named by a commit hash (images by a digest)',
  'write uses: owner/action@<40 hexadecimal digits> # v4.2.1',
)

export const control: Control = {
  id: 'CIC-06',
  sources: ['workflow'],
  applies: ({ kind, type }) => kind === 'workflow' && ['workflow', 'job', 'step'].includes(type),
  check: (resource) => {
    if (isWorkflow(resource)) return judgeIncludes(resource)
    const uses = attributeOf(resource, 'uses')
    return uses === undefined ? judge.notApplicable('it uses nothing of others') : judgeUse(uses)
  },
  page: {
    why: 'A tag of an action can be moved to another commit, and then runs with the secrets of whoever trusted it.',
    good: [
      stepsExample('uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2'),
      stepsExample(
        'uses: ./.github/actions/build',
        'uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020',
      ),
    ],
    bad: [stepsExample('uses: actions/checkout@v4'), stepsExample('uses: campus/deploy@main')],
  },
}

function judgeUse(uses: Attribute): Verdict {
  if (!uses.known) return judge.unknown(`uses ${uses.why}`, uses)
  const text = textOf(uses.value)
  if (text.startsWith('./')) return judge.pass('it is of this repository', uses)
  if (text.startsWith('docker://')) {
    return /@sha256:[0-9a-f]{64}$/.test(text)
      ? judge.pass('pinned by digest', uses)
      : judge.fail(`${text} has no digest`, uses)
  }
  const version = text.slice(text.lastIndexOf('@') + 1)
  if (!text.includes('@')) return judge.fail(`${text} has no version`, uses)
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(version)
    ? judge.pass('pinned by commit', uses)
    : judge.fail(`${version} can be moved`, uses)
}

/** Files that a pipeline of GitLab takes from other places. */
function judgeIncludes(workflow: Resource): Verdict | readonly Verdict[] {
  const whole = attributeOf(workflow, 'include')
  const paths = childrenOf(workflow, 'include')
  if (whole?.known === false && paths.length === 0) return judge.unknown(`include ${whole.why}`, whole)
  const verdicts = paths.flatMap((path) => {
    const verdict = judgeInclude(workflow, path)
    return verdict === undefined ? [] : [{ ...verdict, part: path }]
  })
  return verdicts.length === 0 ? judge.notApplicable('it includes nothing of others') : verdicts
}

function judgeInclude(workflow: Resource, path: string): Verdict | undefined {
  const at = attributeOf(workflow, path)
  const text = textOf(knownValueOf(workflow, path))
  const remote = textOf(knownValueOf(workflow, `${path}.remote`)) || (/^https?:/.test(text) ? text : '')
  if (remote !== '') {
    return attributeOf(workflow, `${path}.integrity`) === undefined
      ? judge.fail('an address is included without integrity', at)
      : judge.pass('its content is checked', at)
  }
  const project = attributeOf(workflow, `${path}.project`)
  const component = attributeOf(workflow, `${path}.component`)
  if (project === undefined && component === undefined) return undefined
  const version = component === undefined ? attributeOf(workflow, `${path}.ref`) : component
  if (version === undefined) return judge.fail('a project is included at its default branch', at)
  if (!version.known) return judge.unknown(`ref ${version.why}`, version)
  return /(?:^|@)[0-9a-f]{40}$/.test(textOf(version.value))
    ? judge.pass('pinned by commit', version)
    : judge.fail(`${textOf(version.value)} can be moved`, version)
}
