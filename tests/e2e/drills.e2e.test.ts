import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { drills } from '../../drills/catalogue.ts'
import type { Evidence } from '../../drills/evidence/evidence.ts'
import { readEvidence } from '../../drills/evidence/files.ts'
import { startAppliance, type Appliance } from '../support/appliance.ts'

const root = new URL('../..', import.meta.url).pathname
/** Five minutes become five seconds; below that a window holds too few scrapes. */
const timeScale = 60

describe('every drill on an appliance whose alerts wait a sixtieth', function () {
  this.timeout(900_000)
  let appliance: Appliance
  let folder: string
  let output: string
  let exitCode: number | null
  let run: readonly Evidence[]

  before(async () => {
    appliance = await startAppliance({
      CAMPANILE_TIME_SCALE: String(timeScale),
      // The ledger looks at itself every two minutes; that is a wait like the others.
      CAMPANILE_SELF_CHECK_MILLIS: '2000',
    })
    folder = mkdtempSync(join(tmpdir(), 'campanile-evidence-'))
    const args = ['drill', 'all', '--evidence', folder, '--time-limit', '240']
    const command = spawn(join(root, 'campanile'), args, { env: appliance.environment, cwd: root })
    // Both are read: it would stand still at a pipe that is full.
    const printed = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'exit')])
    output = printed.slice(0, 2).join('')
    exitCode = command.exitCode
    run = await readEvidence(folder)
  })
  after(async () => {
    await appliance.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const { name } of drills) {
    it(`rings for ${name}, pages with links and nobody's data, and clears`, () => {
      const found = run.find(({ drill }) => drill === name)
      expect(found?.outcome, output).to.equal('passed')
      expect(found?.incident?.personalData).to.deep.equal([])
      expect(found?.incident?.strings).to.be.greaterThan(5)
      expect(found?.incident?.links.every(({ status }) => status === 200)).to.equal(true)
      expect(found?.timeScale).to.equal(timeScale)
    })
  }

  it('exits 0 and leaves one evidence file for each', () => {
    expect(exitCode, output).to.equal(0)
    expect(run.map(({ drill }) => drill).sort()).to.deep.equal(drills.map(({ name }) => name).sort())
  })

  it('leaves no fault behind', async () => {
    const token = appliance.read('secrets', 'drills.token').trim()
    for (const door of ['academics', 'booking', 'collectorTelemetry', 'ledger', 'supervisor'] as const) {
      const response = await fetch(`${appliance.url(door)}/faults`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const { faults } = (await response.json()) as { faults: { active: boolean }[] }
      expect(
        faults.some(({ active }) => active),
        door,
      ).to.equal(false)
    }
  })
})
