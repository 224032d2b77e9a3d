/** Cases of the group CIC. */
import { kubernetesReader } from '../../../../compliance/gather/kubernetes/kubernetes.ts'
import { githubReader } from '../../../../compliance/gather/workflow/github.ts'
import { gitlabReader } from '../../../../compliance/gather/workflow/gitlab.ts'
import { file, live, named, tf, together, type Cases } from '../cases.ts'

const github = (text: string) => file(githubReader, '.github/workflows/ci.yml', text)
const gitlab = (text: string) => file(gitlabReader, '.gitlab-ci.yml', text)
/** A workflow of one job whose steps are given, one line each. */
const steps = (...lines: readonly string[]) =>
  github(
    `on: pull_request\npermissions: {}\njobs:\n  a:\n    steps:\n${lines.map((line) => `      - ${line}\n`).join('')}`,
  )
const run = (...lines: readonly string[]) => steps(...lines.map((line) => `run: ${line}`))
const jobs = (lines: string, above = 'on: push') => github(`${above}\njobs:\n${lines}`)
const unread = live('workflow', 'workflow', 'cannot be read')
const nothing = run('echo hello')
/** Takes the code and looks at none of it. */
const blind = run('npm run build')
const sha = '11bd71901bbe5b1630ceea73d27597364c9af683'
const elsewhere = jobs('  a: { uses: campus/pipelines/.github/workflows/ci.yml@main }\n')
const role = (condition: string) =>
  tf(`resource "aws_iam_role" "x" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
    ${condition}
  }] })
}`)
const sub = (value: string) =>
  `Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = ${value} } }`
const deploy = 'kubectl apply --filename k8s/'
const tested = (steps: string, needs = 'needs: test') =>
  jobs(
    `  test:\n    steps:\n      - run: ${steps}\n  deploy:\n    ${needs}\n    steps:\n      - run: ${deploy}\n`,
  )
const all =
  'npm run lint && npm run typecheck && npm run test:unit && npm run test:integration && npm run test:e2e'
const production = (environment: string) =>
  jobs(`  deploy:\n    ${environment}\n    steps: [{ run: ${deploy} }]\n`)
const reviewed = (lines: string) =>
  tf(
    `resource "github_repository_environment" "x" {\n repository = "campus"\n environment = "production"\n${lines}\n}`,
  )
const signed = named('CIC-10', live('attestation', 'statement', { state: 'current', expires: '2027-01-01' }))
const protection = (lines: string) =>
  tf(`resource "github_branch_protection" "x" {\n pattern = "main"\n${lines}\n}`)
const reviews = 'required_pull_request_reviews {\n required_approving_review_count = 1\n }'
const checks = 'required_status_checks {\n strict = true\n }'
const ruleset = (lines: string) =>
  tf(`resource "github_repository_ruleset" "x" {\n target = "branch"\n${lines}\n}`)
const service = (lines: string) => tf(`resource "aws_ecs_service" "x" {\n${lines}\n}`)
const breaker = (rollback: string) =>
  `deployment_circuit_breaker {\n enable = true\n rollback = ${rollback}\n }`
const rollout = (strategy: string) =>
  file(
    kubernetesReader,
    'k8s/a.yaml',
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  ${strategy}\n  selector: {}\n  template: { spec: { containers: [{ image: a }] } }\n`,
  )
const tree = (...paths: readonly string[]) => live('repository', 'tree', { paths, is_top: true })
const providers = (aws: string) => tf(`terraform {\n required_providers {\n aws = ${aws}\n }\n}`)
const scheduled = (cron: string, line: string) =>
  jobs(`  a: { steps: [{ run: ${line} }] }\n`, `on: { schedule: [{ cron: '${cron}' }] }`)
const bucket = tf('resource "aws_s3_bucket" "x" {\n bucket = "x"\n}')
const build = `uses: docker/build-push-action@${sha}`
const sign = (permissions: string, line = 'cosign sign --yes api') =>
  jobs(
    `  a:\n    permissions: ${permissions}\n    steps:\n      - run: docker build .\n      - run: ${line}\n`,
  )

export const cic: Readonly<Record<string, Cases>> = {
  'CIC-01': {
    pass: [
      tested(all),
      jobs(`  deploy:\n    steps:\n      - run: ${all}\n      - run: ${deploy}\n`),
      gitlab(
        `lint: { stage: test, script: [eslint ., tsc --noEmit, vitest, npm run test:integration, playwright test] }\nship: { stage: deploy, script: ${deploy} }\n`,
      ),
    ],
    fail: [
      tested('npm run lint'),
      tested(all, 'if: always()'),
      jobs(`  deploy:\n    steps:\n      - run: ${deploy}\n      - run: ${all}\n`),
      jobs(
        `  deploy:\n    steps:\n      - run: ${all}\n        continue-on-error: true\n      - run: ${deploy}\n`,
      ),
    ],
    unknown: [unread, tested('make check'), elsewhere],
    notApplicable: [nothing],
  },
  'CIC-02': {
    pass: [
      run('trivy image --exit-code 1 api:1'),
      run('npm audit'),
      run('set -o pipefail; trivy image --exit-code 1 api:1 | tee log'),
      steps('run: npm audit | tee log\n        shell: bash'),
      steps('uses: aquasecurity/trivy-action@v1\n        with: { exit-code: 1 }'),
      gitlab('scan: { script: grype api:1 --fail-on critical | tee log }\n'),
    ],
    fail: [
      blind,
      run('trivy image api:1'),
      run('npm audit || true'),
      run('trivy image --exit-code 1 api:1 | tee log'),
      steps('run: npm audit\n        continue-on-error: true'),
      steps('uses: aquasecurity/trivy-action@v1'),
    ],
    unknown: [unread, elsewhere],
    notApplicable: [nothing],
  },
  'CIC-03': {
    pass: [
      run('./campanile compliance gate --baseline b.json infra/'),
      gitlab('scan: { script: node compliance/main.ts scan infra/ }\n'),
    ],
    fail: [
      blind,
      run('./campanile compliance gate infra/ || true'),
      jobs('  a: { steps: [{ run: ./campanile compliance gate infra/ }] }\n', 'on: workflow_dispatch'),
    ],
    unknown: [unread, elsewhere],
    notApplicable: [nothing],
  },
  'CIC-04': {
    pass: [
      run('docker build .', 'syft api:1'),
      steps(`${build}\n        with: { sbom: true }`),
      steps(build, 'uses: anchore/sbom-action@v0'),
    ],
    fail: [run('docker build .'), steps(build)],
    unknown: [unread, elsewhere],
    notApplicable: [nothing],
  },
  'CIC-05': {
    pass: [
      sign('{ id-token: write }'),
      sign('{ contents: read }', 'cosign sign --key env://KEY api'),
      jobs(
        `  a:\n    permissions: { id-token: write }\n    steps:\n      - uses: actions/attest-build-provenance@v2\n`,
      ),
      gitlab('a: { script: [docker build ., cosign sign --yes api] }\n'),
    ],
    fail: [run('docker build .'), sign('{ contents: read }')],
    unknown: [unread, elsewhere],
    notApplicable: [nothing],
  },
  'CIC-06': {
    pass: [
      steps(`uses: actions/checkout@${sha}`, 'uses: ./.github/actions/x'),
      steps(`uses: docker://alpine@sha256:${'a'.repeat(64)}`),
      gitlab(`include: [{ project: campus/ci, ref: ${sha}, file: a.yml }]\na: { script: x }\n`),
    ],
    fail: [
      steps('uses: actions/checkout@v4'),
      steps('uses: docker://alpine:3.20'),
      elsewhere,
      gitlab('include: https://a.example/x.yml\na: { script: x }\n'),
      gitlab('include: [{ project: campus/ci, file: a.yml }]\na: { script: x }\n'),
    ],
    unknown: [unread, live('workflow', 'step', 'is no map')],
    notApplicable: [nothing],
  },
  'CIC-07': {
    pass: [
      nothing,
      github('on: push\npermissions: read-all\njobs: { a: { steps: [] } }\n'),
      github('on: push\njobs: { a: { permissions: { contents: write }, steps: [] } }\n'),
    ],
    fail: [
      jobs('  a: { steps: [] }\n'),
      github('on: push\npermissions: write-all\njobs: { a: { steps: [] } }\n'),
      github('on: push\npermissions: { contents: write }\njobs: { a: { steps: [] } }\n'),
      github('on: push\npermissions: {}\njobs: { a: { permissions: write-all, steps: [] } }\n'),
    ],
    unknown: [unread],
    notApplicable: [gitlab('a: { script: x }\n')],
  },
  'CIC-08': {
    pass: [
      run('echo "$TITLE"'),
      run('echo ${{ github.sha }} ${{ contains(github.event.issue.title, 1) }}'),
      jobs(`  a: { steps: [{ uses: actions/checkout@${sha} }] }\n`, 'on: pull_request_target'),
      jobs(
        '  a: { steps: [{ uses: actions/checkout@v4, with: { ref: "${{ github.event.pull_request.head.sha }}" } }] }\n',
        'on: pull_request',
      ),
    ],
    fail: [
      run('echo "${{ github.event.issue.title }}"'),
      run('git checkout ${{ github.head_ref }}'),
      run('echo "${{ github.event.commits[0].message }}"'),
      steps(
        'uses: actions/github-script@v7\n        with: { script: "core.info(`${{ github.event.comment.body }}`)" }',
      ),
      jobs(
        '  a: { steps: [{ uses: actions/checkout@v4, with: { ref: "${{ github.event.pull_request.head.sha }}" } }] }\n',
        'on: [pull_request_target]',
      ),
      jobs('  a: { steps: [{ run: gh pr checkout 1 }] }\n', 'on: pull_request_target'),
    ],
    unknown: [unread, live('workflow', 'step', 'is no map')],
    notApplicable: [file(githubReader, 'build/action.yml', 'runs:\n  steps:\n    - uses: a/b@v1\n')],
  },
  'CIC-09': {
    pass: [
      steps('uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: x }'),
      steps('uses: google-github-actions/auth@v2\n        with: { workload_identity_provider: x }'),
      role(sub('"repo:campus/portal:ref:refs/heads/main"')),
    ],
    fail: [
      steps('uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-access-key-id: x }'),
      steps('run: aws s3 ls\n        env: { AWS_SECRET_ACCESS_KEY: "${{ secrets.K }}" }'),
      role(''),
      role(sub('"repo:*"')),
      role(sub('"repo:campus*"')),
    ],
    unknown: [unread, role(sub('var.sub'))],
    notApplicable: [nothing],
  },
  'CIC-10': {
    pass: [
      together(
        production('environment: production'),
        reviewed('prevent_self_review = true\n reviewers {\n teams = [1]\n }'),
      ),
      together(production('environment: { name: production }'), signed),
    ],
    fail: [
      production('runs-on: x'),
      together(production('environment: production'), reviewed('')),
      together(production('environment: production'), reviewed('reviewers {\n teams = [1]\n }')),
    ],
    unknown: [unread, production('environment: production'), production('environment: "${{ inputs.x }}"')],
    notApplicable: [nothing, production('environment: staging')],
  },
  'CIC-11': {
    pass: [
      protection(`${reviews}\n${checks}`),
      ruleset(
        `enforcement = "active"\n rules {\n non_fast_forward = true\n pull_request {\n required_approving_review_count = 1\n }\n required_status_checks {\n required_check {\n context = "ci"\n }\n }\n }`,
      ),
    ],
    fail: [
      protection(''),
      protection(`${reviews}\n${checks}\nallows_force_pushes = true`),
      protection(`${checks}\nrequired_pull_request_reviews {\n required_approving_review_count = 0\n }`),
      ruleset('enforcement = "evaluate"'),
      tf('resource "github_repository" "x" {\n name = "campus"\n}'),
    ],
    unknown: [protection(`${reviews}\n${checks}\nallows_force_pushes = var.x`)],
    notApplicable: [tf('resource "github_branch_protection" "x" {\n count = 0\n}')],
  },
  'CIC-12': {
    pass: [
      service(breaker('true')),
      rollout('replicas: 2'),
      rollout('strategy: { rollingUpdate: { maxUnavailable: 0 } }'),
      together(
        tf(
          'resource "aws_ecs_service" "x" {\n deployment_controller {\n type = "CODE_DEPLOY"\n }\n}\nresource "aws_codedeploy_deployment_group" "x" {\n auto_rollback_configuration {\n enabled = true\n }\n}',
        ),
      ),
    ],
    fail: [
      service(''),
      service(breaker('false')),
      rollout('strategy: { type: Recreate }'),
      rollout('strategy: { rollingUpdate: { maxUnavailable: 100% } }'),
    ],
    unknown: [service(breaker('var.x')), service('deployment_controller {\n type = "EXTERNAL"\n }')],
    notApplicable: [service('count = 0')],
  },
  'CIC-13': {
    pass: [
      run('npm ci'),
      run('yarn install --immutable', 'npm install --global npm@11'),
      run('pip install --require-hashes -r requirements.txt'),
      tree('package.json', 'package-lock.json', 'packages/a/package.json', '.github/dependabot.yml'),
    ],
    fail: [
      run('npm install'),
      run('yarn'),
      run('pip install -r requirements.txt'),
      tree('package.json', '.github/dependabot.yml'),
      tree('package.json', 'package-lock.json'),
    ],
    unknown: [unread, live('repository', 'tree', 'cannot be read')],
    notApplicable: [nothing, tree('README.md')],
  },
  'CIC-14': {
    pass: [providers('{ source = "hashicorp/aws", version = "~> 5.80" }'), providers('"5.80.0"')],
    fail: [
      providers('{ source = "hashicorp/aws" }'),
      providers('{ source = "hashicorp/aws", version = ">= 3.0" }'),
      tf('module "x" {\n source = "git::https://git.campus.example/vpc.git"\n}'),
      tf('module "x" {\n source = "terraform-aws-modules/vpc/aws"\n version = ">= 5"\n}'),
    ],
    unknown: [live('terraform', 'terraform', 'cannot be read')],
    notApplicable: [tf('terraform {\n required_version = ">= 1.10.0"\n}')],
  },
  'CIC-15': {
    pass: [
      run('gitleaks detect --redact'),
      steps(`uses: trufflesecurity/trufflehog@${sha}`),
      tf(
        'resource "github_repository" "x" {\n name = "c"\n security_and_analysis {\n secret_scanning {\n status = "enabled"\n }\n }\n}',
      ),
    ],
    fail: [
      blind,
      run('gitleaks detect || true'),
      tf(
        'resource "github_repository" "x" {\n name = "c"\n security_and_analysis {\n secret_scanning {\n status = "disabled"\n }\n }\n}',
      ),
    ],
    unknown: [unread, elsewhere],
    notApplicable: [nothing],
  },
  'CIC-16': {
    pass: [
      together(bucket, scheduled('0 4 * * *', 'terraform plan -detailed-exitcode')),
      scheduled('0 */6 * * *', 'driftctl scan'),
    ],
    fail: [
      together(bucket, nothing),
      scheduled('0 4 * * 1', 'terraform plan -detailed-exitcode'),
      scheduled('0 4 * * *', 'terraform plan'),
      run('terraform plan -detailed-exitcode'),
    ],
    unknown: [unread],
    notApplicable: [nothing],
  },
}
