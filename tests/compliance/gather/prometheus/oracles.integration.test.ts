import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { engineTool } from '../../../support/engine-tools.ts'
import { accepted, refused } from '../promql/expressions.ts'
import {
  soundAlertmanagers,
  soundConfigs,
  soundRules,
  wrongAlertmanagers,
  wrongConfigs,
  wrongRules,
} from './configurations.ts'

describe('the tools of Prometheus', () => {
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-oracles-'))
    // What the sound configurations name.
    for (const name of ['key', 'b']) await writeFile(join(folder, name), 'none')
  })

  after(() => rm(folder, { recursive: true, force: true }))

  async function isTaken(tool: 'promtool' | 'amtool', what: string, text: string): Promise<boolean> {
    const program = await engineTool(tool)
    await writeFile(join(folder, 'file.yml'), text)
    const words = tool === 'promtool' ? ['check', what, 'file.yml'] : ['check-config', 'file.yml']
    return new Promise((resolve) => {
      execFile(program, words, { cwd: folder }, (error) => resolve(error === null))
    })
  }

  const alertOn = (expr: string) => JSON.stringify({ groups: [{ name: 'a', rules: [{ alert: 'A', expr }] }] })

  const lists = [
    ['promtool', 'rules', accepted.map(alertOn), refused.map(alertOn)],
    ['promtool', 'rules', soundRules, wrongRules],
    ['promtool', 'config', soundConfigs, wrongConfigs],
    ['amtool', 'config', soundAlertmanagers, wrongAlertmanagers],
  ] as const
  for (const [tool, what, sound, wrong] of lists) {
    it(`${tool} says the same of ${sound.length + wrong.length} ${what}`, async () => {
      for (const text of sound) expect(await isTaken(tool, what, text), text).to.equal(true)
      for (const text of wrong) expect(await isTaken(tool, what, text), text).to.equal(false)
    })
  }
})
