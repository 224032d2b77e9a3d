/** Cases of the group CIC. */
import { live, tf, together, type Cases } from '../cases.ts'
import { trust } from './cic-trust.cases.ts'
import {
  github,
  gitlab,
  steps,
  run,
  jobs,
  unread,
  nothing,
  blind,
  sha,
  elsewhere,
  deploy,
  tested,
  all,
  service,
  breaker,
  rollout,
  tree,
  providers,
  scheduled,
  bucket,
  build,
  sign,
} from './cic-sources.ts'

export const cic: Readonly<Record<string, Cases>> = {
  ...trust,
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
      run('set +e; npm audit'),
      run('trivy image --exit-code=1 --severity HIGH,CRITICAL api:1'),
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
      run('trivy image --exit-code 0 api:1'),
      run('trivy image --exit-code 1 --severity LOW,MEDIUM api:1'),
      run('trivy fs --exit-code 1 --scanners secret .'),
      run('npm audit --audit-level=none'),
      steps('run: |\n          set +e\n          npm audit\n          exit 0'),
      steps('if: false\n        run: npm audit'),
      steps('uses: actions/dependency-review-action@v4\n        with: { warn-only: true }'),
      steps('uses: aquasecurity/trivy-action@v1\n        with: { exit-code: 1, scan-type: config }'),
      scheduled('0 3 * * 1', 'npm audit'),
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
      run('gitleaks detect --exit-code 0'),
      jobs('  a: { steps: [{ run: gitleaks detect }] }\n', 'on: { workflow_dispatch: null }'),
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
