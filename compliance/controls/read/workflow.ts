/** How controls read pipelines: their jobs, steps and commands. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import { programOf, type ShellCommand } from '../../gather/shell/command.ts'
import { readScript, setsPipefail } from '../../gather/shell/script.ts'
import { isTrue } from '../verdict.ts'
import { textOf } from '../text.ts'

/** True for a whole pipeline. */
export function isWorkflow({ kind, type }: Resource): boolean {
  return kind === 'workflow' && type === 'workflow'
}

export interface Job {
  readonly id: string
  readonly path: string
  readonly steps: readonly Step[]
  /** Ids of the jobs it waits for. */
  readonly needs: readonly string[]
  /** Name of the environment it deploys to, where it is known. */
  readonly environment?: Attribute
}

export interface Step {
  readonly path: string
  /** Where to look. */
  readonly attribute: Attribute
  /** Action it uses, without its version: `docker/build-push-action`; empty for a script. */
  readonly action: string
  readonly commands: readonly ShellCommand[]
  /** Why it may run more than these. */
  readonly open?: string
}

/** Pipelines never change, so their jobs are read once and not by every control. */
const known = new WeakMap<Resource, readonly Job[]>()

/** Lists the jobs of a pipeline. */
export function jobsOf(workflow: Resource): readonly Job[] {
  const before = known.get(workflow)
  if (before !== undefined) return before
  const jobs = childrenOf(workflow, 'jobs')
    .filter((path) => path !== 'jobs.*')
    .map((path) => jobAt(workflow, path))
  known.set(workflow, jobs)
  return jobs
}

function jobAt(workflow: Resource, path: string): Job {
  const needs = childrenOf(workflow, `${path}.needs`).map((each) => textOf(knownValueOf(workflow, each)))
  const environment = attributeOf(workflow, `${path}.environment.name`)
  const steps = childrenOf(workflow, `${path}.steps`).flatMap((each) => stepAt(workflow, each))
  return {
    id: lastSegmentOf(path),
    path,
    steps: [...stepAt(workflow, path), ...steps],
    needs,
    ...(environment === undefined ? {} : { environment }),
  }
}

/** A step, or a job that is one reusable workflow. */
function stepAt(workflow: Resource, path: string): readonly Step[] {
  const [uses, run] = [attributeOf(workflow, `${path}.uses`), attributeOf(workflow, `${path}.run`)]
  const attribute = uses ?? run
  if (attribute === undefined) return []
  const action = uses === undefined ? '' : (textOf(uses.known ? uses.value : undefined).split('@')[0] ?? '')
  const script = readScript(run?.known === true ? textOf(run.value) : '')
  return [{ path, attribute, action, ...script }]
}

/** Says why nobody can tell what a pipeline does: it is not known, or parts of it are written elsewhere. */
export function hiddenIn(workflow: Resource): string | undefined {
  const jobs = attributeOf(workflow, 'jobs')
  if (jobs === undefined) return 'no job is known'
  if (!jobs.known && jobsOf(workflow).length === 0) return `jobs ${jobs.why}`
  const open = attributeOf(workflow, 'jobs.*')
  if (open?.known === false) return `some jobs are not known: it ${open.why}`
  const foreign = jobsOf(workflow).find(({ path }) => {
    const uses = knownValueOf(workflow, `${path}.uses`)
    return typeof uses === 'string' && !uses.startsWith('./')
  })
  if (foreign !== undefined) return `the job ${foreign.id} is written in another repository`
  for (const { id, steps } of jobsOf(workflow)) {
    const why = steps.find((step) => step.open !== undefined)?.open
    if (why !== undefined) return `a script of the job ${id} ${why}`
  }
  return undefined
}

/** Says why the failure of a step stops nothing; undefined where it does. */
export function ignoredBy(workflow: Resource, { path }: Job, step: Step): string | undefined {
  for (const place of new Set([step.path, path])) {
    const flag = attributeOf(workflow, `${place}.continue-on-error`)
    if (flag?.known === true && isTrue(flag.value)) return 'its failure is ignored (continue-on-error)'
  }
  return undefined
}

/** Says why a step never runs; undefined where it may. */
export function idleBy(workflow: Resource, { path }: Job, step: Step): string | undefined {
  const isOff = [...new Set([step.path, path])].some((place) => {
    const condition = attributeOf(workflow, `${place}.if`)
    const text = condition?.known === true ? textOf(condition.value) : ''
    return /^\s*(?:\$\{\{\s*)?false(?:\s*\}\})?\s*$/.test(text)
  })
  return isOff ? 'it never runs (if: false)' : undefined
}

/** True for a pipeline that runs for what is pushed or asked for; what calls it decides for one that is called. */
export function runsForChanges(workflow: Resource): boolean {
  // A pipeline of GitLab runs where its rules say; they are not looked at.
  if (knownValueOf(workflow, 'platform') === 'gitlab') return true
  const triggers = ['push', 'pull_request', 'pull_request_target', 'merge_group', 'workflow_call']
  return triggers.some((each) => attributeOf(workflow, `on.${each}`) !== undefined)
}

/**
 * Says why the end of a command does not count: `x || true`, or `x | tee log` in a shell that looks at the last of a
 * pipe only. GitHub starts a shell that is named `bash` with pipefail, and one that is not named without.
 */
export function swallowedBy(
  workflow: Resource,
  { path }: Job,
  step: Step,
  command: ShellCommand,
): string | undefined {
  const next = step.commands[step.commands.indexOf(command) + 1]
  if (command.after === '||' && next !== undefined && endsWell(next)) return 'its failure is swallowed (||)'
  if (next !== undefined && runsOnAfter(step, command)) return 'its failure stops nothing (set +e)'
  if (command.after !== '|' || setsPipefail(step.commands)) return undefined
  // The runner of GitLab sets it for every script.
  if (knownValueOf(workflow, 'platform') === 'gitlab') return undefined
  const shells = [`${step.path}.shell`, `${path}.defaults.run.shell`, 'defaults.run.shell']
  const shell = shells.map((each) => attributeOf(workflow, each)).find((each) => each !== undefined)
  if (shell?.known === true && shell.value === 'bash') return undefined
  return 'its failure is lost in a pipe (set -o pipefail)'
}

/** True after `set +e`, until `set -e`. */
function runsOnAfter(step: Step, command: ShellCommand): boolean {
  const before = step.commands.slice(0, step.commands.indexOf(command))
  const last = before.findLast(
    (each) => programOf(each) === 'set' && each.words.some((word) => /^[+-][a-z]*e/.test(word)),
  )
  return last?.words.some((word) => /^\+[a-z]*e/.test(word)) === true
}

function endsWell(command: ShellCommand): boolean {
  const program = programOf(command)
  return /^(?:true|:|echo)$/.test(program) || (program === 'exit' && command.words[1] === '0')
}

const deployActions =
  /^(?:aws-actions\/amazon-ecs-deploy-task-definition|azure\/(?:webapps-deploy|k8s-deploy)|google-github-actions\/deploy-(?:cloudrun|appengine|cloud-functions)|appleboy\/ssh-action|akhileshns\/heroku-deploy|superfly\/flyctl-actions[\w/.-]*|cloudflare\/wrangler-action|hashicorp\/tfc-workflows-github[\w/.-]*)$/i

/** True for a step that changes what runs. */
export function deploys({ action, commands }: Step): boolean {
  return deployActions.test(action) || commands.some(isDeployment)
}

function isDeployment(command: ShellCommand): boolean {
  const line = command.words.join(' ')
  return [
    /^kubectl\s.*\b(?:apply|set image|rollout restart|patch)\b/,
    /^helm\s.*\b(?:upgrade|install)\b/,
    /^(?:terraform|tofu)\s.*\bapply\b/,
    /^aws\s.*\b(?:ecs (?:update-service|deploy)|deploy create-deployment|cloudformation deploy|lambda update-function-code|s3 sync)\b/,
    /^gcloud\s.*\b(?:run deploy|app deploy|functions deploy)\b/,
    /^(?:serverless|sls|cdk|flyctl|fly|pulumi)\s.*\b(?:deploy|up)\b/,
    /^docker stack deploy\b/,
    /^(?:ansible-playbook|kamal deploy)\b/,
  ].some((pattern) => pattern.test(line))
}

/** True for what builds an image of containers. */
export function buildsImage({ action, commands }: Step): boolean {
  return (
    /^(?:docker\/(?:build-push-action|bake-action)|redhat-actions\/buildah-build)$/i.test(action) ||
    commands.some(({ words }) =>
      /^(?:docker (?:buildx )?(?:build|bake)|docker compose build|buildah (?:bud|build)|podman build|\/kaniko\/executor|pack build)\b/.test(
        words.join(' '),
      ),
    )
  )
}

/** Programs that build, test or install what is checked out. */
const working =
  /^(?:npm|pnpm|yarn|bun|node|pip3?|python3?|poetry|uv|go|cargo|mvnw?|gradlew?|make|bundle|composer|dotnet|docker|buildah|podman|terraform|tofu|git)$/

/** True for a pipeline that takes the code of the repository; another one, such as one that labels issues, cannot look at it. */
export function worksOnCode(workflow: Resource): boolean {
  const platform = attributeOf(workflow, 'platform')
  if (platform?.known !== true || platform.value === 'gitlab') return true
  return jobsOf(workflow).some(({ steps }) =>
    steps.some(
      ({ action, commands }) =>
        /^actions\/checkout$/i.test(action) || commands.some((command) => working.test(programOf(command))),
    ),
  )
}
