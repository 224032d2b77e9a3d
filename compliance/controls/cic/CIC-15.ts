/** Secrets are found before they are merged. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { optionValue, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control } from '../control.ts'
import { gateControl } from '../read/gate.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'
import { worksOnCode } from '../read/workflow.ts'
import { stepsExample } from './examples.ts'

const expected = 'commits are scanned for secrets: by a step of the pipeline, or by the repository itself'
const fix = 'add gitleaks or trufflehog to the pipeline, or turn on secret scanning with push protection'
const judge = judgeBy(expected, fix)
const isRepository = ofType('github_repository')

const gate = gateControl({
  id: 'CIC-15',
  expected,
  fix,
  absence: 'no step looks for secrets in commits',
  action:
    /^(?:gitleaks\/gitleaks-action|trufflesecurity\/trufflehog|gitguardian\/ggshield(?:-action)?(?:\/.*)?|zricethezav\/gitleaks-action|reviewdog\/action-detect-secrets)$/i,
  command: looksForSecrets,
  gates: true,
  weakness: (step) =>
    step.commands.some((each) => looksForSecrets(each) && optionValue(each, '--exit-code') === '0')
      ? 'it ends with 0 whatever it finds'
      : undefined,
  asks: worksOnCode,
  page: {
    why: 'A secret in a commit is everybody’s who ever clones the repository, also after the next commit takes it out.',
    good: [
      stepsExample('run: gitleaks detect --redact'),
      stepsExample('run: trufflehog git file://. --fail'),
    ],
    bad: [stepsExample('run: npm test'), stepsExample('run: gitleaks detect --redact || true')],
  },
})

export const control: Control = {
  ...gate,
  sources: ['workflow', 'terraform'],
  applies: (resource) => isRepository(resource) || gate.applies(resource),
  check: (resource, evidence) =>
    isRepository(resource) ? judgeRepository(resource) : gate.check(resource, evidence),
}

/** Where nobody wrote it, the account decides. */
function judgeRepository(resource: Resource) {
  const path = 'security_and_analysis.0.secret_scanning.0.status'
  if (attributeOf(resource, path) === undefined) return judge.notApplicable('secret scanning is not set here')
  return judgeValue(judge, resource, { path, accepts: (value) => value === 'enabled', absent: 'fail' })
}

function looksForSecrets(command: ShellCommand): boolean {
  const [program, ...words] = [programOf(command), ...programWords(command).slice(1)]
  if (
    /^(?:gitleaks|trufflehog|detect-secrets|detect-secrets-hook|ggshield|git-secrets|noseyparker|kingfisher)$/.test(
      program,
    )
  ) {
    return !/^(?:--?version|version|install)$/.test(words[0] ?? '')
  }
  if (program === 'git') return words[0] === 'secrets'
  return program === 'trivy' && words.some((word) => /\bsecret\b/.test(word))
}
