/** Known holes in images and dependencies stop the build. */
import { optionValue, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Resource } from '../../evidence.ts'
import { gateControl, inputOf } from '../read/gate.ts'
import { worksOnCode, type Step } from '../read/workflow.ts'
import { stepsExample } from './examples.ts'

/** Scanners that end with zero unless they are told otherwise. */
const silent: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    trivy: ['--exit-code'],
    grype: ['--fail-on', '-f'],
    docker: ['--exit-code', '-e'],
  }),
)

export const control = gateControl({
  id: 'CIC-02',
  expected: 'a step scans images or dependencies, and what it finds fails the build',
  fix: 'add trivy image --exit-code 1 --severity CRITICAL after the build, or npm audit --audit-level=critical',
  absence: 'no step scans images or dependencies for known holes',
  action:
    /^(?:aquasecurity\/trivy-action|anchore\/scan-action|snyk\/actions\/.*|docker\/scout-action|google\/osv-scanner-action.*|actions\/dependency-review-action|pypa\/gh-action-pip-audit|sysdiglabs\/scan-action|crazy-max\/ghaction-container-scan)$/i,
  command: isScan,
  weakness: whyWeak,
  gates: true,
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

function whyWeak(step: Step, workflow: Resource): string | undefined {
  const inputs = inputsOf(step, workflow)
  if (/trivy-action$/i.test(step.action) && !/^[1-9]/.test(inputs('exit-code'))) {
    return 'trivy-action ends with 0 without exit-code'
  }
  if (inputs('warn-only') === 'true') return 'warn-only is true'
  if (inputs('scan-type') === 'config') return 'it looks for no holes (scan-type config)'
  return whyNarrow(inputs('severity'), inputs('scanners')) ?? whySilent(step, workflow)
}

const inputsOf =
  (step: Step, workflow: Resource) =>
  (name: string): string =>
    inputOf(workflow, step, name)

/** Holes that are critical have to count, and holes have to be looked for. */
function whyNarrow(severity: string, scanners: string): string | undefined {
  if (severity !== '' && !/critical/i.test(severity)) return `it finds ${severity} only`
  return scanners !== '' && !/vuln/.test(scanners) ? `it looks for ${scanners} only` : undefined
}

function whySilent(step: Step, workflow: Resource): string | undefined {
  if (/scan-action$/i.test(step.action) && inputOf(workflow, step, 'fail-build') === 'false') {
    return 'fail-build is false'
  }
  const quiet = step.commands.find((each) => {
    const options = isScan(each) ? silent.get(programOf(each)) : undefined
    return options !== undefined && /^(?:0|)$/.test(optionValue(each, ...options) ?? '')
  })
  if (quiet !== undefined) return `${programOf(quiet)} ends with 0 whatever it finds`
  const scans = step.commands.filter(isScan)
  if (scans.some((each) => optionValue(each, '--audit-level') === 'none')) return '--audit-level is none'
  return scans
    .map((each) => whyNarrow(optionValue(each, '--severity') ?? '', optionValue(each, '--scanners') ?? ''))
    .find((why) => why !== undefined)
}
