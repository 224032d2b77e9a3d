/** The token of a workflow may do what its jobs need, and by default only read. */
import { attributeOf, childrenOf, lastSegmentOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isWorkflow, jobsOf } from '../read/workflow.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { workflowExample } from './examples.ts'

const judge = judgeBy(
  'permissions are set at the top and only read; a job that writes says so itself',
  'write permissions: { contents: read } at the top, and what must be written in the job that does',
)
const job = ['test:', '  runs-on: ubuntu-24.04', '  steps:', '    - run: npm test']

export const control: Control = {
  id: 'CIC-07',
  sources: ['workflow'],
  applies: isWorkflow,
  check: judgeWorkflow,
  page: {
    why: 'The token lies within reach of every step and of every dependency a step installs; what it may do, they may do.',
    good: [
      workflowExample(job),
      workflowExample([
        'release:',
        '  runs-on: ubuntu-24.04',
        '  permissions: { contents: write }',
        '  steps:',
        '    - run: npm run release',
      ]),
    ],
    bad: [
      {
        file: '.github/workflows/ci.yml',
        text: `on: push\njobs:\n${job.map((line) => `  ${line}\n`).join('')}`,
      },
      {
        file: '.github/workflows/ci.yml',
        text: `on: push\npermissions: write-all\njobs:\n${job.map((line) => `  ${line}\n`).join('')}`,
      },
    ],
  },
}

function judgeWorkflow(workflow: Resource): Verdict | readonly Verdict[] {
  const platform = attributeOf(workflow, 'platform')
  if (platform?.known === true && platform.value === 'gitlab') {
    return judge.notApplicable('GitLab sets the rights of its token in the project')
  }
  const jobs = jobsOf(workflow).flatMap(({ path, id }) => {
    const own = attributeOf(workflow, `${path}.permissions`)
    return own === undefined ? [] : [{ ...judgeJob(id, own), part: path }]
  })
  return [judgeTop(workflow, jobs.length), ...jobs]
}

function judgeTop(workflow: Resource, ownCount: number): Verdict {
  const top = attributeOf(workflow, 'permissions')
  if (top !== undefined) return judgeRights(workflow, top)
  const all = jobsOf(workflow).length
  if (all > 0 && ownCount === all) return judge.pass('every job sets its own')
  const mend = { set: 'permissions', to: { contents: 'read' } }
  return mended(judge.fail('permissions are not set: the token may do what the repository allows'), mend)
}

function judgeRights(workflow: Resource, top: Attribute): Verdict {
  const scopes = childrenOf(workflow, 'permissions')
  if (scopes.length === 0) {
    if (!top.known) return judge.unknown(`permissions ${top.why}`, top)
    return textOf(top.value) === 'write-all'
      ? judge.fail('permissions is write-all', top)
      : judge.pass('nothing can be written by default', top)
  }
  const verdicts = scopes.map((path) => {
    const scope = attributeOf(workflow, path)
    if (scope?.known !== true) return judge.unknown('a permission is not known', scope)
    return scope.value === 'write'
      ? judge.fail(`every job may write ${lastSegmentOf(path)}`, scope)
      : judge.pass('it only reads', scope)
  })
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}

function judgeJob(id: string, own: Attribute): Verdict {
  if (!own.known) return judge.unknown(`permissions of ${id} ${own.why}`, own)
  return own.value === 'write-all'
    ? judge.fail(`the job ${id} may write everything`, own)
    : judge.pass(`the job ${id} names what it needs`, own)
}
