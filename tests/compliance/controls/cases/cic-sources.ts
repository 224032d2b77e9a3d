/** Sources of the cases of the group CIC: pipelines and what stands beside them. */
import { kubernetesReader } from '../../../../compliance/gather/kubernetes/kubernetes.ts'
import { githubReader } from '../../../../compliance/gather/workflow/github.ts'
import { gitlabReader } from '../../../../compliance/gather/workflow/gitlab.ts'
import { file, live, named, tf } from '../cases.ts'

export const github = (text: string) => file(githubReader, '.github/workflows/ci.yml', text)
export const gitlab = (text: string) => file(gitlabReader, '.gitlab-ci.yml', text)
/** A workflow of one job whose steps are given, one line each. */
export const steps = (...lines: readonly string[]) =>
  github(
    `on: pull_request\npermissions: {}\njobs:\n  a:\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`,
  )
export const run = (...lines: readonly string[]) => steps(...lines.map((line) => `run: ${line}`))
export const jobs = (lines: string, above = 'on: push') => github(`${above}\njobs:\n${lines}`)
export const unread = live('workflow', 'workflow', 'cannot be read')
export const nothing = run('echo hello')
/** Takes the code and looks at none of it. */
export const blind = run('npm run build')
export const sha = '11bd71901bbe5b1630ceea73d27597364c9af683'
export const elsewhere = jobs('  a: { uses: campus/pipelines/.github/workflows/ci.yml@main }\n')
export const role = (condition: string) =>
  tf(`resource "aws_iam_role" "x" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
    ${condition}
  }] })
}`)
export const sub = (value: string) =>
  `Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = ${value} } }`
export const deploy = 'kubectl apply --filename k8s/'
export const tested = (steps: string, needs = 'needs: test') =>
  jobs(
    `  test:\n    steps:\n      - run: ${steps}\n  deploy:\n    ${needs}\n    steps:\n      - run: ${deploy}\n`,
  )
export const all =
  'npm run lint && npm run typecheck && npm run test:unit && npm run test:integration && npm run test:e2e'
export const production = (environment: string) =>
  jobs(`  deploy:\n    ${environment}\n    steps: [{ run: ${deploy} }]\n`)
export const reviewed = (lines: string) =>
  tf(
    `resource "github_repository_environment" "x" {\n repository = "campus"\n environment = "production"\n${lines}\n}`,
  )
export const signed = named(
  'CIC-10',
  live('attestation', 'statement', { state: 'current', expires: '2027-01-01' }),
)
export const protection = (lines: string) =>
  tf(`resource "github_branch_protection" "x" {\n pattern = "main"\n${lines}\n}`)
export const reviews = 'required_pull_request_reviews {\n required_approving_review_count = 1\n }'
export const checks = 'required_status_checks {\n strict = true\n contexts = ["test"]\n }'
/** A ruleset for branches, that holds for what is included. */
export const ruleset = (lines: string, include = '"~DEFAULT_BRANCH"') =>
  tf(
    `resource "github_repository_ruleset" "x" {\n target = "branch"\n conditions {\n ref_name {\n include = [${include}]\n exclude = []\n }\n }\n${lines}\n}`,
  )
/** Rules of a ruleset that asks for so many reviews. */
export const ruled = (count: number) =>
  `enforcement = "active"\n rules {\n non_fast_forward = true\n pull_request {\n required_approving_review_count = ${count}\n }\n required_status_checks {\n required_check {\n context = "ci"\n }\n }\n }`
/** Two repositories, and a protection of the first. */
export const repositories = (pattern: string, second = '') =>
  tf(
    `resource "github_repository" "a" {\n name = "a"\n}\n${second}\nresource "github_branch_protection" "p" {\n repository_id = github_repository.a.node_id\n pattern = "${pattern}"\n${reviews}\n${checks}\n}`,
  )
/** A role that trusts the provider of GitHub by reference. */
export const referring = (condition: string, url = '"https://token.actions.githubusercontent.com"') =>
  tf(
    `resource "aws_iam_openid_connect_provider" "g" {\n url = ${url}\n}\nresource "aws_iam_role" "r" {\n assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = aws_iam_openid_connect_provider.g.arn }\n${condition} }] })\n}`,
  )
export const pool = (condition: string) =>
  tf(
    `resource "google_iam_workload_identity_pool_provider" "g" {\n${condition}\n oidc {\n issuer_uri = "https://token.actions.githubusercontent.com"\n }\n}`,
  )
export const service = (lines: string) => tf(`resource "aws_ecs_service" "x" {\n${lines}\n}`)
export const breaker = (rollback: string) =>
  `deployment_circuit_breaker {\n enable = true\n rollback = ${rollback}\n }`
export const rollout = (strategy: string) =>
  file(
    kubernetesReader,
    'k8s/a.yaml',
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  ${strategy}\n  selector: {}\n  template: { spec: { containers: [{ image: a }] } }\n`,
  )
/** A run with the secrets of the house, of one step. */
export const target = (step: string) =>
  jobs(
    `  a: { steps: [{ ${step} }] }\n`,
    `on: pull_request_target\nenv: { SHA: '\${{ github.event.pull_request.head.sha }}', OWN: main }`,
  )
export const tree = (...paths: readonly string[]) => live('repository', 'tree', { paths, is_top: true })
export const providers = (aws: string) => tf(`terraform {\n required_providers {\n aws = ${aws}\n }\n}`)
export const scheduled = (cron: string, line: string) =>
  jobs(`  a: { steps: [{ run: ${line} }] }\n`, `on: { schedule: [{ cron: '${cron}' }] }`)
export const bucket = tf('resource "aws_s3_bucket" "x" {\n bucket = "x"\n}')
export const build = `uses: docker/build-push-action@${sha}`
export const sign = (permissions: string, line = 'cosign sign --yes api') =>
  jobs(
    `  a:\n    permissions: ${permissions}\n    steps:\n      - run: docker build .\n      - run: ${line}\n`,
  )
