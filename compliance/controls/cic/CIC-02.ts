/** Known holes in images and dependencies stop the build. */
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Resource } from '../../evidence.ts'
import { gateControl, inputOf } from '../read/gate.ts'
import { worksOnCode, type Step } from '../read/workflow.ts'
import { stepsExample } from './examples.ts'

/** Scanners that end with zero unless they are told otherwise. */
const silent: Readonly<Record<string, readonly string[]>> = {
  trivy: ['--exit-code'],
  grype: ['--fail-on', '-f'],
  docker: ['--exit-code', '-e'],
}

export const control = gateControl({
  id: 'CIC-02',
  expected: 'a step scans images or dependencies, and what it finds fails the build',
  fix: 'add trivy image --exit-code 1 --severity CRITICAL after the build, or npm audit --audit-level=critical',
  absence: 'no step scans images or dependencies for known holes',
  action:
    /^(?:aquasecurity\/trivy-action|anchore\/scan-action|snyk\/actions\/.*|docker\/scout-action|google\/osv-scanner-action.*|actions\/dependency-review-action|pypa\/gh-action-pip-audit|sysdiglabs\/scan-action|crazy-max\/ghaction-container-scan)$/i,
  command: isScan,
  weakness: whySilent,
  asks: worksOnCode,
  page: {
    why: 'A hole that everybody knows is the first thing tried; the build is the last moment at which it costs nothing to close it.',
    good: [
      stepsExample('run: trivy image --exit-code 1 --severity CRITICAL ghcr.io/campus/api:2.4.1'),
      stepsExample('run: npm audit --audit-level=critical'),
    ],
    bad: [
      stepsExample('run: npm ci'),
      stepsExample('run: npm audit --audit-level=critical\ncontinue-on-error: true'),
    ],
  },
})

function isScan(command: ShellCommand): boolean {
  const [program, verb = '', third = ''] = [programOf(command), ...programWords(command).slice(1)]
  if (/^(?:grype|pip-audit|osv-scanner|govulncheck|bundler-audit|safety)$/.test(program))
    return verb !== '--version'
  if (program === 'trivy') return /^(?:image|i|fs|filesystem|repo|rootfs|sbom)$/.test(verb)
  if (program === 'snyk') return verb === 'test' || third === 'test'
  if (program === 'docker') return verb === 'scout' && third === 'cves'
  if (program === 'cargo' || program === 'bundle') return verb === 'audit'
  return /^(?:npm|pnpm|yarn)$/.test(program) && (verb === 'audit' || third === 'audit')
}

function whySilent(step: Step, workflow: Resource): string | undefined {
  if (/trivy-action$/i.test(step.action)) {
    return /^[1-9]/.test(inputOf(workflow, step, 'exit-code'))
      ? undefined
      : 'trivy-action ends with 0 without exit-code'
  }
  if (/scan-action$/i.test(step.action) && inputOf(workflow, step, 'fail-build') === 'false') {
    return 'fail-build is false'
  }
  const quiet = step.commands.find((each) => {
    const options = isScan(each) ? silent[programOf(each)] : undefined
    return options !== undefined && !hasOption(each, ...options)
  })
  return quiet === undefined ? undefined : `${programOf(quiet)} ends with 0 whatever it finds`
}
