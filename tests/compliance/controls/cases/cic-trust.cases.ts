/** Cases of the group CIC that are about who may change what. */
import { githubReader } from '../../../../compliance/gather/workflow/github.ts'
import { file, live, tf, together, type Cases } from '../cases.ts'
import {
  steps,
  run,
  jobs,
  unread,
  nothing,
  sha,
  role,
  sub,
  production,
  reviewed,
  signed,
  protection,
  reviews,
  checks,
  ruleset,
  ruled,
  repositories,
  referring,
  pool,
  target,
} from './cic-sources.ts'

export const trust: Readonly<Record<string, Cases>> = {
  'CIC-08': {
    pass: [
      run('echo "$TITLE"'),
      run('echo ${{ github.sha }} ${{ contains(github.event.issue.title, 1) }}'),
      run(
        `echo \${{ github.head_ref && 'pr' || 'push' }} \${{ !github.head_ref }} \${{ 'github.head_ref' }}`,
      ),
      steps('run: echo ${{ env.A }}\n        env: { A: "${{ github.sha }}" }'),
      target('uses: actions/checkout@v4, with: { ref: "${{ env.OWN }}", repository: campus/portal }'),
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
      run(`echo "\${{ github.event_name == 'issues' && github.event.issue.title || 'none' }}"`),
      run(`echo "\${{ format('{0}', github.event.issue.title) }}"`),
      run(`echo "\${{ github.event['issue']['title'] }} \${{ github['head_ref'] }}"`),
      steps(`run: echo "\${{ env.TITLE }}"\n        env: { TITLE: '\${{ github.event.issue.title }}' }`),
      jobs(
        '  a: { steps: [{ run: "echo ${{ env.A }}" }] }\n',
        `on: issues\nenv: { A: '\${{ github.head_ref }}' }`,
      ),
      target(
        `uses: actions/checkout@v4, with: { repository: '\${{ github.event.pull_request.head.repo.full_name }}' }`,
      ),
      target(`uses: actions/checkout@v4, with: { ref: '\${{ env.SHA }}' }`),
      target('run: "git fetch origin pull/$PR/head && git checkout FETCH_HEAD"'),
      target('run: git checkout $SHA'),
    ],
    unknown: [
      unread,
      live('workflow', 'step', 'is no map'),
      run('echo ${{ env.SET_BEFORE }}'),
      target(`uses: actions/checkout@v4, with: { ref: '\${{ steps.pr.outputs.sha }}' }`),
    ],
    notApplicable: [file(githubReader, 'build/action.yml', 'runs:\n  steps:\n    - uses: a/b@v1\n')],
  },
  'CIC-09': {
    pass: [
      steps('uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: x }'),
      steps('uses: google-github-actions/auth@v2\n        with: { workload_identity_provider: x }'),
      role(sub('"repo:campus/portal:ref:refs/heads/main"')),
      role(sub('["repo:campus/portal:ref:refs/heads/main", "repo:campus/api:*"]')),
      referring(sub('"repo:campus/portal:*"')),
      pool(`attribute_condition = "assertion.repository == 'campus/portal'"`),
    ],
    fail: [
      steps('uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-access-key-id: x }'),
      steps('run: aws s3 ls\n        env: { AWS_SECRET_ACCESS_KEY: "${{ secrets.K }}" }'),
      role(''),
      role(sub('"repo:*"')),
      role(sub('"repo:campus*"')),
      role(sub('"repo:campus/portal:*"').replace('StringLike', 'StringNotLike')),
      role(sub('"repo:campus/portal:*"').replace('StringLike', 'StringLikeIfExists')),
      referring(''),
      pool(''),
      run('aws configure set aws_secret_access_key ${{ secrets.AWS_SECRET_ACCESS_KEY }}'),
    ],
    unknown: [
      unread,
      role(sub('var.sub')),
      referring('', 'var.issuer'),
      pool('attribute_condition = var.condition'),
      tf('resource "aws_iam_role" "x" {\n assume_role_policy = var.trust\n}'),
    ],
    notApplicable: [
      nothing,
      referring('', 'aws_eks_cluster.c.identity[0].oidc[0].issuer'),
      referring(
        'Condition = { StringEquals = { "oidc.example:sub" = "system:serviceaccount:a:b" } }',
        'var.issuer',
      ),
    ],
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
      ruleset(ruled(1)),
      ruleset(ruled(1), '"refs/heads/main"'),
      repositories('main'),
      repositories('*'),
    ],
    fail: [
      protection(''),
      protection(`${reviews}\n${checks}\nallows_force_pushes = true`),
      protection(`${checks}\nrequired_pull_request_reviews {\n required_approving_review_count = 0\n }`),
      ruleset('enforcement = "evaluate"'),
      ruleset(ruled(0)),
      protection(`${reviews}\nrequired_status_checks {\n strict = true\n contexts = []\n }`),
      repositories('release/*'),
      repositories('main', 'resource "github_repository" "b" {\n name = "b"\n}'),
      tf('resource "github_repository" "x" {\n name = "campus"\n}'),
    ],
    unknown: [
      protection(`${reviews}\n${checks}\nallows_force_pushes = var.x`),
      ruleset(ruled(1), 'var.branches'),
    ],
    notApplicable: [
      ruleset(ruled(0), '"refs/heads/never/*"'),
      tf('resource "github_branch_protection" "x" {\n count = 0\n}'),
    ],
  },
}
