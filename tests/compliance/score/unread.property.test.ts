import { expect } from 'chai'
import fc from 'fast-check'
import type { Posture } from '../../../contracts/posture.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { Evidence, GatherFault, Resource } from '../../../compliance/evidence.ts'
import { gatherCompose } from '../../../compliance/gather/compose/compose.ts'
import { gatherDockerfile } from '../../../compliance/gather/dockerfile.ts'
import { assess } from '../../../compliance/score/assess.ts'
import { propertyRuns } from '../../support/property.ts'

const measured = joinControls(readChecklist(), controls)
const runs = propertyRuns({ ci: 40, soak: 1_000 })

interface ScannedFile {
  readonly name: string
  readonly kind: 'compose' | 'dockerfile'
  readonly resources: readonly Resource[]
}

const anyLines = fc.subarray([
  'privileged: true',
  'read_only: true',
  'user: "1000"',
  'cap_drop: [ALL]',
  'mem_limit: 1g',
  'security_opt: ["no-new-privileges:true"]',
  'ports: ["5432:5432"]',
  'network_mode: host',
])

const anyCompose = fc
  .record({ name: fc.constantFrom('a', 'b', 'c', 'd'), lines: anyLines })
  .map(({ name, lines }): ScannedFile => {
    const text = ['services:', '  app:', '    image: app:1.0.0', ...lines.map((line) => `    ${line}`)].join(
      '\n',
    )
    const file = `${name}/compose.yml`
    return {
      name: file,
      kind: 'compose',
      resources: gatherCompose({ file, bytes: Buffer.from(text) }).resources,
    }
  })

const anyDockerfile = fc
  .record({ name: fc.constantFrom('a', 'b'), user: fc.constantFrom('', 'USER 1000\n', 'USER root\n') })
  .map(({ name, user }): ScannedFile => {
    const file = `${name}/Dockerfile`
    const bytes = Buffer.from(`FROM alpine:3.20\n${user}RUN true\n`)
    return { name: file, kind: 'dockerfile', resources: gatherDockerfile({ file, bytes }).resources }
  })

const anyFiles = fc.uniqueArray(fc.oneof(anyCompose, anyDockerfile), {
  minLength: 1,
  maxLength: 6,
  selector: ({ name }) => name,
})

function postureOf(files: readonly ScannedFile[], faults: readonly GatherFault[]): Posture {
  const resources = files.flatMap((file) => file.resources)
  const evidence: Evidence = { resources, faults, sources: files.map(({ name }) => name) }
  const scope = new Set(['compose', 'dockerfile'] as const)
  return assess({ evidence, measured, waivers: [], scope, startedMillis: 0, endedMillis: 0 })
}

describe('a file that can no longer be read', () => {
  it('raises neither lower bound, and lets no control of a framework pass that did not', () => {
    fc.assert(
      fc.property(anyFiles, fc.nat(), (files, pick) => {
        const hidden = files[pick % files.length]
        if (hidden === undefined) return
        const place = { file: hidden.name, startLine: 1, endLine: 1 }
        const fault: GatherFault = { code: 'GATHER_NOT_TEXT', message: 'x', ...place, hides: [hidden.kind] }
        const before = postureOf(files, [])
        const others = files.filter((file) => file !== hidden)
        const after = postureOf(others, [fault])
        expect(after.score.low).to.be.at.most(before.score.low)
        expect(after.score.raw).to.be.at.most(before.score.raw)
        const passing = passingIn(before)
        for (const each of passingIn(after)) expect(passing).to.include(each)
      }),
      runs,
    )
  })
})

function passingIn({ frameworks }: Posture): string[] {
  return frameworks.flatMap(({ id, controls: rows }) =>
    rows.filter(({ state }) => state === 'pass').map((row) => `${id} ${row.id}`),
  )
}
