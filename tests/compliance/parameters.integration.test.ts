import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { look } from '../../compliance/command.ts'
import { parameterOf } from '../../compliance/parameters.ts'
import { readParameters } from '../../compliance/parameters-file.ts'
import { ConfigError } from '../../lib/config.ts'

describe('the parameters of a house', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-parameters-'))
    writeFileSync(
      join(folder, 'main.tf'),
      'resource "aws_db_instance" "x" {\n  backup_retention_period = 30\n}\n',
    )
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const write = (text: string) => {
    const path = join(folder, 'parameters.yaml')
    writeFileSync(path, text)
    return path
  }
  const stateOf = async (parameters?: string) => {
    const { posture } = await look([join(folder, 'main.tf')], parameters === undefined ? {} : { parameters })
    return { state: posture.items.find(({ id }) => id === 'BDR-01')?.state, ruleset: posture.ruleset }
  }

  it('take the place of the defaults, and make another set of rules', async () => {
    const path = write('version: 1\nparameters:\n  BDR-01.days: { production: 60 }\n')
    const [byDefault, chosen] = [await stateOf(), await stateOf(path)]
    expect([byDefault.state, chosen.state]).to.deep.equal(['pass', 'fail'])
    expect(chosen.ruleset).not.to.equal(byDefault.ruleset)
  })

  it('leave the environments they do not name at their defaults', () => {
    const chosen = readParameters(write('version: 1\nparameters:\n  BDR-01.days: { staging: 3 }\n'))
    const days = (['production', 'staging', 'development'] as const).map((environment) =>
      parameterOf('BDR-01.days', environment, chosen),
    )
    expect(days).to.deep.equal([30, 3, 7])
  })

  it('are refused with the line of what no control has, of another environment, and of what is no number', () => {
    const path = write(
      'version: 1\nparameters:\n  BDR-01.weeks: { production: 1 }\n  BDR-02.days: { moon: 1 }\n  BDR-01.days: { production: many }\n',
    )
    try {
      readParameters(path)
      expect.fail('the file was taken')
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      expect(error.faults.map(({ line }) => line)).to.include.members([3, 4, 5])
    }
  })
})
